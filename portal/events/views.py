"""The calendar's and the events' pages: each view reads rows and renders them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import get_language

from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from portal.events import counting, listings, zones
from portal.events.models import EventIndexPage, EventKind, EventPage
from portal.events.presenting_page import EventView
from portal.events.querysets import EventQuerySet

MONTHS_AHEAD = 12
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader chose: a kind, a section, a month ("2026-12")."""

    kind: str = ""
    group: listings.Section | None = None
    month: date | None = None

    @property
    def any(self) -> bool:
        return bool(self.kind or self.group or self.month)

    @property
    def month_value(self) -> str:
        return f"{self.month:%Y-%m}" if self.month else ""

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        found = events.filter(kind=self.kind) if self.kind else events
        found = found.below(self.group.path) if self.group else found
        if self.month:
            begin = datetime(self.month.year, self.month.month, 1, tzinfo=UTC)
            after = next_month(self.month)
            found = found.filter(starts_at__gte=begin, starts_at__lt=datetime(after.year, after.month, 1, tzinfo=UTC))
        return found


def next_month(month: date) -> date:
    return date(month.year + month.month // DECEMBER, month.month % DECEMBER + 1, 1)


def coming(request: HttpRequest, index: EventIndexPage) -> HttpResponse:
    """GET /events/[?kind=…][&group=<page id>][&month=yyyy-mm][&page=n]"""
    return _calendar(request, index, past=False)


def past(request: HttpRequest, index: EventIndexPage) -> HttpResponse:
    """GET /events/past/, with the same filters."""
    return _calendar(request, index, past=True)


class Pages(Paginator[EventPage]):
    """Pages of a list whose length is known."""

    def __init__(self, events: EventQuerySet, number: int) -> None:
        super().__init__(events, listings.PAGE_SIZE)
        self._number = number

    @cached_property
    def count(self) -> int:
        return self._number


def _calendar(request: HttpRequest, index: EventIndexPage, *, past: bool) -> HttpResponse:
    viewer, now = viewer_of(request), timezone.now()
    groups = listings.sections(viewer)
    filters = _filters(request, groups)
    visible = EventPage.objects.visible(viewer)
    events = filters.narrow(visible.past(now) if past else visible.coming(now))
    pages = Pages(events, counting.number_of(events, (past, filters), viewer, now))
    page_obj = pages.get_page(request.GET.get("page"))
    if filters.any or page_obj.number > 1:
        rows = listings.rows_of(page_obj.object_list, viewer)  # type: ignore[arg-type]
    else:
        rows = listings.first_page(viewer, now, past=past)
    context = {
        "page": index,
        "viewer": viewer,
        "index_url": page_url(index),
        "past": past,
        "page_obj": page_obj,
        "months": _by_month(rows),
        "filters": filters,
        "kinds": EventKind.choices,
        "groups": [(group.pk, group.title) for group in groups],
        "month_choices": _months(now.date().replace(day=1), past, get_language()),
    }
    return render(request, "events/calendar.html", context)


def _filters(request: HttpRequest, groups: list[listings.Section]) -> Filters:
    """What of the query makes sense; anything else is as if it were not there."""
    kind = request.GET.get("kind", "")
    chosen = request.GET.get("group", "")
    return Filters(
        kind=kind if kind in EventKind.values else "",
        group=next((page for page in groups if str(page.pk) == chosen), None),
        month=_month(request.GET.get("month", "")),
    )


def _month(typed: str) -> date | None:
    year, _dash, month = typed.partition("-")
    if not (year.isascii() and year.isdigit() and month.isascii() and month.isdigit()):
        return None
    if len(typed) > len("2026-12") or not zones.FIRST_YEAR <= int(year) <= zones.LAST_YEAR:
        return None
    return date(int(year), int(month), 1) if int(month) in MONTHS else None


@lru_cache(maxsize=20)
def _months(this_month: date, past: bool, language: str | None) -> list[tuple[str, str]]:
    """(value, name) of this month and those to come, or those that were, in `language`, which is the active one."""
    found = []
    for step in range(MONTHS_AHEAD):
        count = this_month.year * DECEMBER + this_month.month - 1 + (-step if past else step)
        month = date(count // DECEMBER, count % DECEMBER + 1, 1)
        found.append((f"{month:%Y-%m}", date_format(month, "F Y")))
    return found


def _by_month(rows: list[listings.EventRow]) -> list[tuple[str, list[listings.EventRow]]]:
    """(month, its rows), by the calendar at each event."""
    return [(date_format(month, "F Y"), list(found)) for month, found in groupby(rows, _month_of)]


def _month_of(row: listings.EventRow) -> date:
    return zones.local(row.starts_at, row.zone).date().replace(day=1)


def event(request: HttpRequest, page: EventPage) -> HttpResponse:
    """GET /events/<slug>/ or below a group"""
    context = {"page": page, "viewer": viewer_of(request), "shown": EventView(page, request)}
    return render(request, "events/event.html", context)
