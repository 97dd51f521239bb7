"""Wall-clock times in a zone and the moments that they mean, on the two nights of the year when that is not plain."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

UNIVERSAL = "UTC"
REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip
# Beyond these years zone rules are guesses, and a typing slip is likelier than a plan.
FIRST_YEAR, LAST_YEAR = 1990, 2199
SECOND = timedelta(seconds=1)


class NonexistentTimeError(ValueError):
    """The clocks skip this time. `next_valid` is the first wall-clock time after the gap."""

    def __init__(self, wall: datetime, next_valid: datetime) -> None:
        super().__init__(f"{wall} does not exist; the next time is {next_valid}.")
        self.next_valid = next_valid


@cache
def names() -> frozenset[str]:
    """The zones that people choose from: places by region, and UTC."""
    places = {name for name in available_timezones() if name.partition("/")[0] in REGIONS and "/" in name}
    return frozenset({UNIVERSAL, *places})


@cache
def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(region, [(name, place)]) for a select box, UTC first."""
    grouped: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in sorted(names() - {UNIVERSAL}):
        region, _slash, place = name.partition("/")
        grouped[region].append((name, place.replace("_", " ").replace("/", ", ")))
    return [(UNIVERSAL, [(UNIVERSAL, UNIVERSAL)]), *grouped.items()]


def moment(day: date, at: time, zone: str, *, second: bool = False) -> datetime:
    """The moment in UTC when clocks in `zone` show `at` on `day`; `second`: the later one where they do so twice.

    Raises NonexistentTimeError for a time that the clocks skip, ValueError for a zone or a year that is not ours.
    """
    if zone not in names():
        raise ValueError(f"{zone!r} is no zone.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{day.year} is too far away.")
    place = ZoneInfo(zone)
    wall = datetime.combine(day, at.replace(microsecond=0, tzinfo=None, fold=0))
    found = wall.replace(tzinfo=place, fold=int(second)).astimezone(UTC)
    if found.astimezone(place).replace(tzinfo=None, fold=0) != wall:
        raise NonexistentTimeError(wall, _after_gap(wall, place))
    return found


def is_twice(day: date, at: time, zone: str) -> bool:
    """Whether clocks in `zone` show `at` twice on `day`, because they are put back."""
    place = ZoneInfo(zone)
    wall = datetime.combine(day, at.replace(tzinfo=None))
    first, second = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first < second


def _after_gap(wall: datetime, place: tzinfo) -> datetime:
    """The wall-clock time at which the clocks go on: the change is found between the gap's two readings."""
    readings = sorted(wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    before, after = readings[0] - SECOND, readings[1] + SECOND
    former = before.astimezone(place).utcoffset()
    while after - before > SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(place).utcoffset() == former:
            before = middle
        else:
            after = middle
    return after.astimezone(place).replace(tzinfo=None, fold=0)


def local(at: datetime, zone: str) -> datetime:
    """The moment `at` as clocks in `zone` show it."""
    return at.astimezone(ZoneInfo(zone))


@lru_cache(maxsize=2000)
def in_words(zone: str, at: datetime) -> str:
    """The zone as a reader knows it: "New York time (EST, UTC−5)"; "UTC" for UTC itself."""
    if zone == UNIVERSAL:
        return UNIVERSAL
    here = local(at, zone)
    city = zone.rpartition("/")[2].replace("_", " ")
    short = here.tzname() or ""
    offset = _offset(here.utcoffset() or timedelta())
    brackets = f"{short}, {offset}" if short.isalpha() and short != UNIVERSAL else offset
    return _("%(city)s time (%(offset)s)") % {"city": city, "offset": brackets}


def _offset(distance: timedelta) -> str:
    minutes = round(distance.total_seconds() / 60)
    if not minutes:
        return UNIVERSAL
    hours, rest = divmod(abs(minutes), 60)
    return f"{UNIVERSAL}{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
