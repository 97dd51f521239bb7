"""The rows that lists and feeds of events show, read as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.labels import label_of
from portal.core.prepared import prepared
from portal.core.urlpaths import address_of
from portal.core.viewer import Viewer
from portal.events.ics import Entry
from portal.events.models import EventIndexPage, EventKind, EventPage, Registration
from portal.events.querysets import LONGEST, EventQuerySet, last_below

STEP = EventPage.steplen
# What is over for longer leaves the feeds.
FEED_KEEPS = timedelta(days=90)
MOST_IN_FEED = 1000
PAGE_SIZE = 20
# No page shows more of what happens next.
MOST_NEXT = 12
RowValues = tuple[Any, ...]


@dataclass(slots=True)
class EventRow:
    """One event in a list. `section` is the group whose event it is, "" on the portal's own calendar."""

    pk: int
    title: str
    url: str
    summary: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    cancelled: bool
    has_recording: bool
    section: str = ""
    section_url: str = ""
    state: str = ""
    registered: int = 0
    waiting: int = 0
    capacity: int | None = None


class Section(NamedTuple):
    """A page that may have events of its own; `path` is treebeard's."""

    pk: int
    title: str
    path: str


_SHOWN = (
    "pk", "title", "url_path", "summary", "kind", "starts_at", "ends_at", "zone", "place", "cancelled",
    "recording_url", "recording_id", "capacity", "path",
)  # fmt: skip


def rows_of(events: EventQuerySet, viewer: Viewer) -> list[EventRow]:
    """The rows of `events` (already narrowed, ordered and sliced) with the names of their sections: two queries."""
    return _with_sections(list(events.values_list(*_SHOWN)), viewer)


def first_page(viewer: Viewer, now: datetime, *, past: bool) -> list[EventRow]:
    """The first rows of the calendar without filters: two queries."""
    return _with_sections(_past(viewer, now) if past else _coming(viewer, now, now - LONGEST), viewer)


@prepared
def _coming(viewer: Viewer, now: datetime, earliest: datetime) -> "QuerySet[EventPage, RowValues]":
    return EventPage.objects.visible(viewer).coming(now, earliest).values_list(*_SHOWN)[:PAGE_SIZE]


@prepared
def _past(viewer: Viewer, now: datetime) -> "QuerySet[EventPage, RowValues]":
    return EventPage.objects.visible(viewer).past(now).values_list(*_SHOWN)[:PAGE_SIZE]


def _with_sections(found: list[RowValues], viewer: Viewer) -> list[EventRow]:
    rows = [_row(*values) for values in found]
    if rows:
        parents = _sections({values[-1][:-STEP] for values in found}, viewer)
        for row, values in zip(rows, found, strict=True):
            row.section, row.section_url = parents.get(values[-1][:-STEP], ("", ""))
    return rows


def _row(pk: int, title: str, url_path: str, summary: str, kind: str, *rest: Any) -> EventRow:
    starts_at, ends_at, zone, place, cancelled, recording_url, recording_id, capacity, _path = rest
    return EventRow(
        pk=pk,
        title=title,
        url=address_of(url_path),
        summary=summary,
        kind=label_of(EventKind, kind),
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        place=place,
        cancelled=cancelled,
        has_recording=bool(recording_url or recording_id),
        capacity=capacity,
    )


def _sections(paths: Iterable[str], viewer: Viewer) -> dict[str, tuple[str, str]]:
    """treebeard path → (title, address) of the sections at `paths` that the viewer sees; the calendar is none."""
    return {path: (title, address_of(url_path)) for path, title, url_path in _sections_at(sorted(paths), viewer)}


@prepared
def _sections_at(paths: list[str], viewer: Viewer) -> "QuerySet[Page, tuple[str, str, str]]":
    found = Page.objects.filter(path__in=paths, live=True, gate__audience_id__in=viewer.audiences)
    own = found.exclude(pk__in=EventIndexPage.objects.values("pk"))
    return own.values_list("path", "title", "url_path")


def sections(viewer: Viewer) -> list[Section]:
    """The sections that may have events of their own, as far as the viewer sees them, by title: one query.

    All of them, with events or without: the list must not tell where hidden ones are.
    """
    owners = [model for model in EventPage.allowed_parent_page_models() if model is not EventIndexPage]
    types = [ContentType.objects.get_for_model(model).pk for model in owners]
    return [Section(*values) for values in _pages_of(types, viewer)]


@prepared
def _pages_of(types: list[int], viewer: Viewer) -> "QuerySet[Page, tuple[int, str, str]]":
    found = Page.objects.filter(content_type__in=types, live=True, gate__audience_id__in=viewer.audiences)
    return found.order_by("title", "pk").values_list("pk", "title", "path")


def next_events(viewer: Viewer, limit: int = 3, *, below: str = "") -> list[EventRow]:
    """What happens next, as `viewer` may see it: one query. `below` is the treebeard path of a section."""
    now = timezone.now()
    between = (below, last_below(below)) if below else ()
    return [_row(*values) for values in _next(viewer, now, now - LONGEST, *between)[:limit]]


@prepared
def _next(
    viewer: Viewer, now: datetime, earliest: datetime, first: str = "", last: str = ""
) -> "QuerySet[EventPage, RowValues]":
    events = EventPage.objects.visible(viewer).coming(now, earliest).filter(cancelled=False)
    return (events.within(first, last) if last else events).values_list(*_SHOWN)[:MOST_NEXT]


def with_counts(rows: list[EventRow]) -> list[EventRow]:
    """`rows` with how many are registered and waiting: one query. For those who run the events."""
    active = Registration.objects.active().filter(event__in=[row.pk for row in rows]).order_by()
    counted = active.values("event_id").annotate(
        registered=Count("pk", filter=Q(state=Registration.State.REGISTERED)),
        waiting=Count("pk", filter=Q(state=Registration.State.WAITING)),
    )
    counts = {row["event_id"]: (row["registered"], row["waiting"]) for row in counted}
    for row in rows:
        row.registered, row.waiting = counts.get(row.pk, (0, 0))
    return rows


def mine(viewer: Viewer) -> list[EventRow]:
    """The events for which the viewer is registered or waits, and still sees: two queries, in order of time."""
    states = dict(Registration.objects.of(viewer).active().values_list("event_id", "state"))
    rows = rows_of(EventPage.objects.visible(viewer).filter(pk__in=states).order_by("starts_at", "pk"), viewer)
    for row in rows:
        row.state = states[row.pk]
    return rows


def feed(viewer: Viewer, *, below: str = "") -> list[Entry]:
    """What a calendar program is given: the visible events from ninety days ago on. Two queries, one for a visitor.

    Join links are there for what the viewer is registered for, and nowhere else.
    """
    events = EventPage.objects.visible(viewer).filter(ends_at__gt=timezone.now() - FEED_KEEPS)
    ordered = (events.below(below) if below else events).order_by("starts_at", "pk")[:MOST_IN_FEED]
    own = Registration.objects.of(viewer).filter(state=Registration.State.REGISTERED)
    taken = dict(own.values_list("event_id", "event__join_link")) if viewer.is_member else {}
    return [entry_of(values, taken) for values in entry_values(ordered)]


def entry_values(events: "QuerySet[EventPage]") -> "QuerySet[EventPage, tuple[Any, ...]]":
    """What `entry_of` takes, of each of `events`."""
    return events.values_list(
        "pk", "translation_key", "title", "url_path", "starts_at", "ends_at", "zone", "summary", "place", "kind",
        "cancelled", "gate__audience_id", "last_published_at", "announcement__sequence", "announcement__changed_at",
    )  # fmt: skip


def entry_of(values: tuple[Any, ...], taken: dict[int, str]) -> Entry:
    """The calendar's entry; `taken` has the join link of each event for which the reader is registered."""
    pk, key, title, url_path, starts_at, ends_at, zone, summary, place, kind, cancelled, audience, *told = values
    published_at, sequence, announced_at = told
    moments = [at for at in (published_at, announced_at) if at]
    return Entry(
        key=str(key),
        title=title,
        path=address_of(url_path),
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        changed_at=max(moments) if moments else datetime(2000, 1, 1, tzinfo=UTC),
        sequence=sequence or 0,
        summary=summary,
        place=place,
        kind=label_of(EventKind, kind),
        cancelled=cancelled,
        public=audience == PUBLIC_AUDIENCE_ID,
        join_link="" if cancelled else taken.get(pk, ""),
        taken=pk in taken,
    )
