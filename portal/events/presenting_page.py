"""An event as its page shows it to this reader: time, place, papers, and how he or she takes part."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from portal.accounts.signing_in import sign_in_url
from portal.core.files import visible_documents
from portal.core.prepared import prepared
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer, viewer_of
from portal.events import access, timing
from portal.events.models import EventPage, Registration
from taxonomy.querysets import chips, concepts_of

if TYPE_CHECKING:
    from wagtail.documents.models import AbstractDocument

VIDEO, AUDIO = {"mp4", "webm"}, {"mp3"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document or link of the event."""

    title: str
    url: str
    note: str = ""
    ending: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Recording:
    """What there is to see or hear afterwards; "" for what there is not, or not for this reader."""

    url: str = ""
    media: str = ""
    file: Paper | None = None
    captions: Paper | None = None
    transcript: Paper | None = None


class EventView:
    """Everything that the event's page says to one reader. The stored page of visitors holds no count of places."""

    def __init__(self, event: EventPage, request: HttpRequest) -> None:
        self.event = event
        self.viewer = viewer_of(request)
        self.now = timezone.now()
        self.url = page_url(event)
        self.is_over = event.is_over(self.now)
        self.is_on = event.has_begun(self.now) and not self.is_over
        # A page not saved yet is previewed without those who will come.
        self.saved = event.pk is not None
        self.may_manage = self.saved and access.can_manage(request, event)
        self.registration = self._own()

    def _own(self) -> Registration | None:
        if not self.saved or self.viewer.user_id is None or not self.event.takes_registrations:
            return None
        return next(iter(_registration(self.event.pk, self.viewer.user_id)), None)

    @cached_property
    def why_not(self) -> str:
        """Why nobody can register now; "" while registration is open."""
        return access.why_not(self.event, self.now)

    @property
    def may_register(self) -> bool:
        return self.viewer.is_member and not self.takes_part and not self.why_not

    @property
    def takes_part(self) -> bool:
        """Registered or waiting."""
        return self.registration is not None and self.registration.state != Registration.State.CANCELLED

    @property
    def may_cancel(self) -> bool:
        return self.takes_part and not self.is_over and not self.event.cancelled

    @property
    def join_link(self) -> str:
        """For those registered and those who run the event, until it is over."""
        registered = self.registration is not None and self.registration.is_registered
        shown = (registered or self.may_manage) and not self.is_over and not self.event.cancelled
        return self.event.join_link if shown else ""

    @property
    def says_places(self) -> bool:
        """Members read how many places are left: their page is made for them."""
        counted = self.event.capacity is not None or self.may_manage
        return self.viewer.is_member and self.saved and counted and self.event.takes_registrations

    @cached_property
    def counts(self) -> dict[str, int]:
        """registered, waiting, and before: how many wait before this reader. One query."""
        own = self.registration.place if self.registration else 0
        found = {state: (number, before) for state, number, before in _counts(self.event.pk, own)}
        waiting, before = found.get(Registration.State.WAITING, (0, 0))
        return {"registered": found.get(Registration.State.REGISTERED, (0, 0))[0], "waiting": waiting, "before": before}

    @property
    def is_full(self) -> bool:
        return self.event.capacity is not None and self.places_left == 0

    @property
    def places_left(self) -> int:
        return max((self.event.capacity or 0) - self.counts["registered"], 0)

    @property
    def place_in_line(self) -> int:
        return self.counts["before"] + 1

    @property
    def twice(self) -> str:
        """A sentence where the clocks show the event's time twice that day."""
        return timing.occurs_twice(self.event)

    @property
    def sign_in_url(self) -> str:
        return sign_in_url(self.url)

    @property
    def topics(self) -> list[tuple[str, str]]:
        return chips(concepts_of(self.event))

    @cached_property
    def papers(self) -> list[Paper]:
        """The materials that this reader may see, in the leads' order."""
        return list(self._papers())

    def _papers(self) -> Iterator[Paper]:
        for kind, value in self._materials:
            note = value.get("note") or ""
            if kind == "link":
                yield Paper(value.get("title") or "", value.get("url") or "", note)
            elif value.get("document") in self._documents:
                yield _paper(self._documents[value["document"]], note)

    @cached_property
    def recording(self) -> Recording | None:
        """Shown once the event is over, or as soon as there is one."""
        event = self.event
        file = self._documents.get(event.recording_id)
        if not event.recording_url and file is None:
            return None
        ending = file.file_extension.lower() if file else ""
        return Recording(
            url=event.recording_url,
            media="video" if ending in VIDEO else "audio" if ending in AUDIO else "",
            file=_paper(file) if file else None,
            captions=self._named(event.captions_id),
            transcript=self._named(event.transcript_id),
        )

    def _named(self, pk: int | None) -> Paper | None:
        return _paper(self._documents[pk]) if pk in self._documents else None

    @cached_property
    def _documents(self) -> dict[int | None, Any]:
        """id → document, of those that the page names and the reader may see: one query, none where it names none."""
        event = self.event
        named = {value.get("document") for kind, value in self._materials if kind == "document"}
        wanted = [pk for pk in (*named, event.recording_id, event.captions_id, event.transcript_id) if pk is not None]
        return {found.pk: found for found in _visible(wanted, self.viewer)} if wanted else {}

    @cached_property
    def _materials(self) -> list[tuple[str, dict[str, Any]]]:
        """(kind, value) as they are stored: the blocks would fetch every document once more, whoever may see it."""
        return [(block["type"], block["value"]) for block in self.event.materials.raw_data]


def _paper(document: Any, note: str = "") -> Paper:
    return Paper(document.title, document.url, note, document.file_extension, document.file_size or 0)


@prepared
def _visible(pks: list[int], viewer: Viewer) -> "QuerySet[AbstractDocument, AbstractDocument]":
    return visible_documents(viewer).filter(pk__in=pks)


@prepared
def _counts(event_id: int, own_place: int) -> "QuerySet[Registration, tuple[str, int, int]]":
    """(state, how many, how many of them before `own_place`)"""
    found = Registration.objects.filter(event=event_id).order_by().values_list("state")
    return found.annotate(number=Count("pk"), before=Count("pk", filter=Q(place__lt=own_place)))


@prepared
def _registration(event_id: int, user_id: int) -> "QuerySet[Registration, Registration]":
    return Registration.objects.filter(event=event_id, user=user_id)


def viewer_registration(event_id: int, viewer: Viewer) -> Registration | None:
    """The viewer's own registration, cancelled ones too."""
    return next(iter(_registration(event_id, viewer.user_id)), None) if viewer.user_id is not None else None
