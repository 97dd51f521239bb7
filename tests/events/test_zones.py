"""Wall-clock times become moments, on the nights when the clocks change too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.events import zones

ZONES = st.sampled_from(sorted(zones.names()))
MOMENTS = st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2090, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)


@given(MOMENTS, ZONES)
def test_what_clocks_show_at_any_moment_leads_back_to_it(at: datetime, zone: str) -> None:
    there = zones.local(at, zone)
    found = zones.moment(there.date(), there.time(), zone, second=bool(there.fold))
    # Where clocks ran on with odd seconds the two readings may be one.
    assert found == at
    assert zones.is_twice(there.date(), there.time(), zone) or not there.fold


@pytest.mark.parametrize(
    ("zone", "day", "at", "next_valid"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 3, 0)),
        ("Europe/London", date(2026, 3, 29), time(1, 0), datetime(2026, 3, 29, 2, 0)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), datetime(2026, 10, 4, 2, 30)),
        ("America/Havana", date(2026, 3, 8), time(0, 30), datetime(2026, 3, 8, 1, 0)),
        ("Pacific/Apia", date(2011, 12, 30), time(12, 0), datetime(2011, 12, 31, 0, 0)),
    ],
)
def test_a_skipped_time_is_refused_and_the_next_one_named(zone: str, day: date, at: time, next_valid: datetime) -> None:
    with pytest.raises(zones.NonexistentTimeError) as refused:
        zones.moment(day, at, zone)
    assert refused.value.next_valid == next_valid
    assert zones.moment(next_valid.date(), next_valid.time(), zone)


@pytest.mark.parametrize(
    ("zone", "day", "at", "apart"),
    [
        ("America/New_York", date(2026, 11, 1), time(1, 30), timedelta(hours=1)),
        ("Europe/London", date(2026, 10, 25), time(1, 0), timedelta(hours=1)),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), timedelta(minutes=30)),
    ],
)
def test_a_time_that_occurs_twice_is_the_first_unless_said_otherwise(
    zone: str, day: date, at: time, apart: timedelta
) -> None:
    assert zones.is_twice(day, at, zone)
    first, second = zones.moment(day, at, zone), zones.moment(day, at, zone, second=True)
    assert second - first == apart


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "Africa/Lagos", "Asia/Tokyo"])
def test_zones_that_keep_one_time_have_no_such_nights(zone: str) -> None:
    hours = (datetime(2026, 1, 1) + timedelta(hours=hour) for hour in range(365 * 24))
    assert not any(zones.is_twice(at.date(), at.time(), zone) for at in hours)


def test_the_second_choice_changes_nothing_on_a_plain_day() -> None:
    plain = (date(2026, 6, 1), time(9, 0), "America/New_York")
    assert zones.moment(*plain) == zones.moment(*plain, second=True)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "EST5EDT", "../etc/passwd", "europe/london", "\0"])
def test_what_is_no_zone_of_ours_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="is no zone"):
        zones.moment(date(2026, 6, 1), time(9), zone)


@pytest.mark.parametrize("year", [1, 1989, 2200, 9999])
def test_years_far_away_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="too far away"):
        zones.moment(date(year, 1, 1), time(0), "Pacific/Kiritimati")


@pytest.mark.parametrize(
    ("zone", "at", "words"),
    [
        ("UTC", datetime(2026, 12, 3, 12, tzinfo=UTC), "UTC"),
        ("America/New_York", datetime(2026, 12, 3, 12, tzinfo=UTC), "New York time (EST, UTC−5)"),
        ("America/New_York", datetime(2026, 7, 3, 12, tzinfo=UTC), "New York time (EDT, UTC−4)"),
        ("Europe/London", datetime(2026, 12, 3, 12, tzinfo=UTC), "London time (GMT, UTC)"),
        ("Asia/Kathmandu", datetime(2026, 12, 3, 12, tzinfo=UTC), "Kathmandu time (UTC+5:45)"),
        ("America/Argentina/Buenos_Aires", datetime(2026, 12, 3, tzinfo=UTC), "Buenos Aires time (UTC−3)"),
    ],
)
def test_a_zone_is_said_in_words(zone: str, at: datetime, words: str) -> None:
    assert zones.in_words(zone, at) == words


def test_every_zone_on_offer_is_known_to_the_machine() -> None:
    offered = [name for _region, places in zones.choices() for name, _place in places]
    assert len(offered) == len(set(offered)) == len(zones.names()) > 400
    assert all(ZoneInfo(name) for name in offered)
