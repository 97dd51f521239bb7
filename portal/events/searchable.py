"""What search knows of events. The link to join is for those registered, so it is no word of any record."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.blocks import words_of
from portal.core.urlpaths import page_url
from portal.events.models import EventPage
from portal.search.contract import Kind, SearchRecord
from portal.search.registry import register


def all_events() -> Any:
    """Every event with what `to_record` reads."""
    return EventPage.objects.select_related("gate").prefetch_related("concepts")


def to_record(event: EventPage) -> SearchRecord | None:
    """The record of a live event; None while it is a draft, scheduled or without a gate."""
    if not event.live or not hasattr(event, "gate"):
        return None
    words = (event.get_kind_display(), event.place, words_of(event.agenda, event.speakers, event.body))
    return SearchRecord(
        kind="event",
        pk=event.pk,
        title=event.title,
        url=page_url(event),
        audience_id=event.gate.audience_id,
        summary=event.summary,
        body=" ".join(word for word in words if word),
        language=event.lang,
        label=str(_("Cancelled")) if event.cancelled else "",
        concept_ids=tuple(concept.pk for concept in event.concepts.all()),
        published_at=event.starts_at,
        updated_at=event.last_published_at,
    )


register(Kind("event", _("Event"), _("Events"), EventPage, all_events, to_record))
