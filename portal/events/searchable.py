"""What search knows of events. The link to join is for those registered, so it is no word of any record.

Its date is when it begins. The most useful events are those to come, then those of which something is left.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.blocks import documents_in, words_of
from portal.events.models import EventPage
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record
from portal.search.registry import register

# Points of usefulness: to come, a recording, its transcript, and each of so many materials at most.
TO_COME, RECORDING, TRANSCRIPT, MATERIAL = 500, 200, 100, 50
MOST_MATERIALS = 4


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
        source=event.place,
        published_at=event.starts_at,
        usefulness=_usefulness(event),
        document_ids=_documents(event),
    )


def _usefulness(event: EventPage) -> int:
    """The clock's nightly round takes it down once the event is over."""
    if event.cancelled:
        return 0
    points = 0 if event.is_over() else TO_COME
    points += RECORDING if event.recording_url or event.recording_id else 0
    points += TRANSCRIPT if event.transcript_id else 0
    return points + min(len(event.materials.raw_data), MOST_MATERIALS) * MATERIAL


def _documents(event: EventPage) -> tuple[int, ...]:
    transcript = (event.transcript_id,) if event.transcript_id else ()
    return (*documents_in(event.materials, event.body), *transcript)


register(Kind("event", _("Event"), _("Events"), EventPage, all_events, to_record))
