"""What clocks in a zone show, as the VTIMEZONE of a calendar file.

The library can make one too, but writes the beginning of each period as clocks show it *after* the change where the
format (RFC 5545, 3.6.5) wants it as they would show it without; programs that keep to the letter would change the
clocks an hour late.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

SECOND = timedelta(seconds=1)
# No zone changes its clocks twice within so short a time.
STRIDE = timedelta(days=6)
Change = tuple[timedelta, timedelta, str, bool]


@lru_cache(maxsize=300)
def vtimezone(zone: str, first_year: int, last_year: int) -> Timezone:
    """The component for the IANA zone from `first_year` to `last_year`. It is shared, so leave it as it is."""
    place = ZoneInfo(zone)
    begin = datetime(first_year, 1, 1, tzinfo=UTC) - STRIDE
    made = Timezone()
    made.add("tzid", zone)
    here = begin.astimezone(place)
    offset = here.utcoffset() or timedelta()
    _period(made, (offset, offset, here.tzname() or zone, bool(here.dst())), [begin])
    periods: dict[Change, list[datetime]] = {}
    for at in _changes(place, begin, datetime(last_year + 1, 1, 1, tzinfo=UTC) + STRIDE):
        before, after = (at - SECOND).astimezone(place), at.astimezone(place)
        change = (
            before.utcoffset() or timedelta(),
            after.utcoffset() or timedelta(),
            after.tzname() or zone,
            bool(after.dst()),
        )
        periods.setdefault(change, []).append(at)
    for change, moments in periods.items():
        _period(made, change, moments)
    return made


def _period(made: Timezone, change: Change, moments: list[datetime]) -> None:
    before, after, name, is_summer = change
    part = TimezoneDaylight() if is_summer else TimezoneStandard()
    onsets = [(at + before).replace(tzinfo=None) for at in moments]
    part.add("dtstart", onsets[0])
    if onsets[1:]:
        part.add("rdate", onsets[1:])
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("tzname", name)
    made.add_component(part)


def _changes(place: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments at which what the clocks show, or the name of it, changes."""
    at = begin
    while at < end:
        after = at + STRIDE
        if _reading(place, at) != _reading(place, after):
            yield _first_after(place, at, after)
        at = after


def _first_after(place: ZoneInfo, before: datetime, after: datetime) -> datetime:
    former = _reading(place, before)
    while after - before > SECOND:
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if _reading(place, middle) == former:
            before = middle
        else:
            after = middle
    return after


def _reading(place: ZoneInfo, at: datetime) -> tuple[timedelta | None, str | None]:
    here = at.astimezone(place)
    return here.utcoffset(), here.tzname()
