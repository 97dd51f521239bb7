"""Calendar files: what goes in comes out again, as another program reads it."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from dateutil import tz  # type: ignore[import-untyped]
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Calendar

from portal.events import ics, zones
from portal.events.vtimezone import vtimezone

MOMENTS = st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2036, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
ZONES = st.sampled_from(sorted(zones.names()))
TEXT = st.text(max_size=200)


def entry(**fields: Any) -> ics.Entry:
    start = fields.pop("starts_at", datetime(2026, 12, 3, 19, tzinfo=UTC))
    defaults = {
        "key": "a-key",
        "title": "Briefing",
        "path": "/events/briefing/",
        "starts_at": start,
        "ends_at": start + timedelta(hours=1),
        "zone": "America/New_York",
        "changed_at": datetime(2026, 11, 1, 12, tzinfo=UTC),
    }
    return ics.Entry(**{**defaults, **fields})


def only(body: bytes) -> Any:
    found = Calendar.from_ical(body).walk("VEVENT")
    assert len(found) == 1
    return found[0]


@given(title=TEXT, summary=TEXT, place=TEXT, zone=ZONES, at=MOMENTS, minutes=st.integers(5, 10080))
def test_any_event_survives_the_journey(
    title: str, summary: str, place: str, zone: str, at: datetime, minutes: int
) -> None:
    ends = at + timedelta(minutes=minutes)
    body = ics.calendar([entry(title=title, summary=summary, place=place, zone=zone, starts_at=at, ends_at=ends)])
    found = only(body)
    assert found["dtstart"].dt.astimezone(UTC) == at
    assert found["dtend"].dt.astimezone(UTC) == ends
    assert str(found["summary"]) == ics._plain(title)
    assert str(found["location"]) == (ics._plain(place) if place else "Online")
    assert str(found["description"]).endswith("http://localhost:8000/events/briefing/")


@given(title=TEXT, name=TEXT)
def test_lines_are_short_and_end_as_the_format_wants(title: str, name: str) -> None:
    body = ics.calendar([entry(title=title)], name)
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert body.decode("utf-8")


@pytest.mark.parametrize("typed", ["a;b,c\\d", "x\r\nATTENDEE:mailto:spy@example.org", "\x00\x07bell", "\ud800half"])
def test_no_text_can_write_a_line_of_its_own(typed: str) -> None:
    found = only(ics.calendar([entry(title=typed, summary=typed, place=typed)]))
    assert "ATTENDEE" not in found
    assert str(found["summary"]) == ics._plain(typed)


# The independent reader: dateutil takes the VTIMEZONE at its word and knows nothing of the zone's name.
@pytest.mark.parametrize(
    "zone",
    ["America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata", "Pacific/Apia"],
)
def test_a_program_that_knows_no_zones_reads_the_right_clock(zone: str) -> None:
    text = ics.calendar([entry(zone=zone)]).decode()
    block = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE") + len("END:VTIMEZONE")]
    read = tz.tzical(StringIO(block.replace("\r\n ", "").replace("\r\n", "\n"))).get(zone)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at < datetime(2027, 1, 1, tzinfo=UTC):
        here = zones.local(at, zone)
        if not here.fold and not zones.is_twice(here.date(), here.time(), zone):
            assert here.replace(tzinfo=read).utcoffset() == here.utcoffset(), here
        at += timedelta(minutes=15)


def test_periods_begin_as_the_clocks_before_would_show_it() -> None:
    """RFC 5545 has New York's summer begin at 02:00, which is what the clocks show that very moment."""
    summers: list[Any] = [vtimezone(zone, 2026, 2026).daylight[0] for zone in ("America/New_York", "Europe/London")]
    begins = [summer["dtstart"].dt for summer in summers]
    assert begins == [datetime(2026, 3, 8, 2, 0), datetime(2026, 3, 29, 1, 0)]


@given(zone=ZONES, at=MOMENTS)
def test_every_zone_named_is_described(zone: str, at: datetime) -> None:
    read = Calendar.from_ical(ics.calendar([entry(zone=zone, starts_at=at)]))
    start = read.walk("VEVENT")[0]["dtstart"]
    described = {str(part["tzid"]) for part in read.walk("VTIMEZONE")}
    assert described == ({start.params["TZID"]} if "TZID" in start.params else set())


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "Europe/London"])
def test_the_second_of_two_equal_times_is_written_so_that_it_is_not_taken_for_the_first(zone: str) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while not zones.local(at, zone).fold:
        at += timedelta(minutes=15)
    assert only(ics.calendar([entry(zone=zone, starts_at=at)]))["dtstart"].to_ical().endswith(b"Z")


def test_a_cancelled_event_says_so() -> None:
    found = only(ics.calendar([entry(cancelled=True, sequence=3, taken=True)]))
    assert (str(found["status"]), found["sequence"], str(found["transp"])) == ("CANCELLED", 3, "TRANSPARENT")
    assert str(found["summary"]) == "Cancelled: Briefing"


@given(st.lists(st.tuples(ZONES, MOMENTS), min_size=1, max_size=5))
def test_a_feed_holds_every_event_once(found: list[tuple[str, datetime]]) -> None:
    entries = [entry(key=str(number), zone=zone, starts_at=at) for number, (zone, at) in enumerate(found)]
    assume(len(entries) == len({made.key for made in entries}))
    read = Calendar.from_ical(ics.calendar(entries, "Everything"))
    assert [str(part["uid"]) for part in read.walk("VEVENT")] == [f"{made.key}@localhost" for made in entries]
    tzids = [str(part["tzid"]) for part in read.walk("VTIMEZONE")]
    assert len(tzids) == len(set(tzids))
