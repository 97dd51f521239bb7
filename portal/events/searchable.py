"""What search knows of events. The link to join is for those registered, so it is no word of any record."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.blocks import words_of
from portal.events.models import EventPage
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record
from portal.search.registry import register


def all_events() -> Any:
    """Every event with what `to_record` reads."""
    return EventPage.objects.select_related("gate").prefetch_related("concepts")


def to_record(event: EventPage) -> SearchRecord | None:
    """The record of a live event; None while it is a draft, scheduled or without a gate."""
    words = (event.get_kind_display(), event.place, words_of(event.agenda, event.speakers, event.body))
    return page_record(
        "event",
        event,
        " ".join(word for word in words if word),
        label=str(_("Cancelled")) if event.cancelled else "",
        published_at=event.starts_at,
    )


register(Kind("event", _("Event"), _("Events"), EventPage, all_events, to_record))
