"""The events, some weeks before and after the day on which they are loaded."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from portal.accounts.models import User
from portal.demo.files import make_document
from portal.demo.pages import missing, page_at, plant
from portal.demo.people import authors
from portal.demo.reading import CONTENT, read_yaml
from portal.demo.streams import Block, body_stream
from portal.events.models import EventPage, Registration
from portal.groups.models import WorkingGroup

SATURDAY = 5
A_DAY = timedelta(days=1)
STATES = (("registered", Registration.State.REGISTERED), ("waiting", Registration.State.WAITING))


def load_events() -> int:
    """The events that are missing, wherever their calendar or their group still is. Returns how many that were."""
    made = 0
    people: dict[str, User] = {}
    for path in sorted([*CONTENT.glob("events/*.yaml"), *CONTENT.glob("groups/*/events/*.yaml")]):
        entry = read_yaml(str(path.relative_to(CONTENT)))
        parent = page_at(entry["parent"])
        if parent is not None and missing(parent, entry["slug"]):
            people = people or authors()
            event = plant(parent, _event(entry, parent), concepts=entry["concepts"], days_ago=_announced(entry))
            _register(event, entry, people)
            made += 1
    return made


def _event(entry: dict[str, Any], parent: Page) -> EventPage:
    when = entry["when"]
    return EventPage(
        slug=entry["slug"],
        title=entry["title"],
        summary=entry["summary"],
        kind=entry["kind"],
        date=_day(when),
        start_time=time.fromisoformat(when["time"]),
        zone=when["zone"],
        minutes=when["minutes"],
        place=entry.get("place", ""),
        join_link=entry.get("join_link", ""),
        capacity=entry.get("capacity"),
        cancelled="cancelled" in entry,
        cancelled_reason=entry.get("cancelled", ""),
        agenda=[{"type": "item", "value": item} for item in entry.get("agenda", [])],
        speakers=[{"type": "speaker", "value": speaker} for speaker in entry.get("speakers", [])],
        body=body_stream(entry["body"]),
        materials=list(_materials(entry.get("materials", []))),
        **{name: _file(entry[name], parent) for name in ("recording", "captions", "transcript") if name in entry},
    )


def _day(when: dict[str, Any]) -> date:
    """So many days from today as clocks in the event's zone show it, put off from a weekend to the Monday."""
    day = timezone.now().astimezone(ZoneInfo(when["zone"])).date() + timedelta(days=when["days"])
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)


def _announced(entry: dict[str, Any]) -> int:
    """How many days ago the event was announced: three weeks before it, and at least yesterday."""
    return int(max(1, 21 - entry["when"]["days"]))


def _materials(entries: list[dict[str, str]]) -> Iterator[Block]:
    """Documents that a tool or a group has, by their titles. What editors have renamed or deleted since is left out."""
    for entry in entries:
        document = get_document_model().objects.filter(title=entry["document"]).order_by("pk").first()
        if document is not None:
            yield {"type": "document", "value": {"document": document.pk, "note": entry.get("note", "")}}


def _file(entry: dict[str, str], parent: Page) -> Any:
    group = WorkingGroup.objects.filter(page=parent.pk).select_related("collection").first()
    return make_document(
        entry["title"],
        f"events/files/{entry['file']}",
        format=entry.get("format", ""),
        collection=group.collection if group else None,
    )


def _register(event: EventPage, entry: dict[str, Any], people: dict[str, User]) -> None:
    """Who takes part and who waits, in the order of the file. The rows are made at once, so that nobody is mailed."""
    before = min(event.starts_at - A_DAY, timezone.now())
    Registration.objects.bulk_create(
        Registration(
            event=event,
            user=people[key],
            state=state,
            place=place,
            registered_at=before if state == Registration.State.REGISTERED else None,
        )
        for place, (key, state) in enumerate(
            ((key, state) for name, state in STATES for key in entry.get(name, ())), start=1
        )
    )
