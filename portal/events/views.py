"""The calendar's and the events' pages: each view reads rows and renders them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from wagtail.models import Page

from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer, viewer_of
from portal.events import listings, zones
from portal.events.models import EventIndexPage, EventKind, EventPage
from portal.events.presenting_page import EventView
from portal.events.querysets import EventQuerySet

PAGE_SIZE = 20
MONTHS_AHEAD = 12
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader chose: a kind, a section, a month ("2026-12")."""

    kind: str = ""
    group: Page | None = None
    month: date | None = None

    @property
    def any(self) -> bool:
        return bool(self.kind or self.group or self.month)

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
    now = timezone.now()
    return _calendar(request, index, EventPage.objects.visible(viewer_of(request)).coming(now), past=False)


def past(request: HttpRequest, index: EventIndexPage) -> HttpResponse:
    """GET /events/past/, with the same filters."""
    now = timezone.now()
    return _calendar(request, index, EventPage.objects.visible(viewer_of(request)).past(now), past=True)


def _calendar(request: HttpRequest, index: EventIndexPage, events: EventQuerySet, *, past: bool) -> HttpResponse:
    viewer = viewer_of(request)
    groups = sections(viewer)
    filters = _filters(request, groups)
    page_obj = Paginator(filters.narrow(events), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = listings.rows_of(page_obj.object_list, viewer)  # type: ignore[arg-type]
    context = {
        "page": index,
        "viewer": viewer,
        "index_url": page_url(index),
        "past": past,
        "page_obj": page_obj,
        "months": _by_month(rows),
        "filters": filters,
        "kinds": EventKind.choices,
        "groups": groups,
        "month_choices": _months(past=past),
    }
    return render(request, "events/calendar.html", context)


def sections(viewer: Viewer) -> list[Page]:
    """The sections that may have events of their own, as far as the viewer sees them, by title: one query.

    All of them, with events or without: the list must not tell where hidden ones are.
    """
    owners = [model for model in EventPage.allowed_parent_page_models() if model is not EventIndexPage]
    types = [ContentType.objects.get_for_model(model).pk for model in owners]
    found = Page.objects.filter(content_type__in=types, live=True, gate__audience_id__in=viewer.audiences)
    return list(found.only("pk", "title", "path").order_by("title", "pk"))


def _filters(request: HttpRequest, groups: list[Page]) -> Filters:
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


def _months(*, past: bool) -> list[tuple[str, str]]:
    """(value, name) of this month and those to come, or those that were."""
    today = timezone.now().date().replace(day=1)
    found = []
    for step in range(MONTHS_AHEAD):
        count = today.year * DECEMBER + today.month - 1 + (-step if past else step)
        month = date(count // DECEMBER, count % DECEMBER + 1, 1)
        found.append((f"{month:%Y-%m}", date_format(month, "F Y")))
    return found


def _by_month(rows: list[listings.EventRow]) -> list[tuple[str, list[listings.EventRow]]]:
    """(month, its rows), by the calendar at each event."""
    return [
        (name, list(found))
        for name, found in groupby(rows, lambda row: date_format(zones.local(row.starts_at, row.zone), "F Y"))
    ]


def event(request: HttpRequest, page: EventPage) -> HttpResponse:
    """GET /events/<slug>/ or below a group"""
    return event_page(request, page)


def event_page(request: HttpRequest, page: EventPage, **more: Any) -> HttpResponse:
    """The event as this reader sees it."""
    context = {"page": page, "viewer": viewer_of(request), "shown": EventView(page, request), **more}
    return render(request, "events/event.html", context)
