"""Events and calendars for tests. Pages are published, as in life, so that what is told of them is recorded."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import Page, PageViewRestriction

from portal.accounts.models import User
from portal.events.models import EventIndexPage, EventPage
from portal.events.zones import local
from tests.factories.pages import add, index

LINK = "https://meet.example.org/secret-door"


def calendar() -> EventIndexPage:
    """The calendar, made once."""
    return index(EventIndexPage, "events")


def wall(at: datetime, zone: str = "UTC") -> dict[str, Any]:
    """The fields of an event that begins at the moment `at`, as clocks in `zone` show it."""
    there = local(at, zone)
    return {
        "date": there.date(),
        "start_time": there.time().replace(tzinfo=None, microsecond=0),
        "zone": zone,
        "occurrence": "second" if there.fold else "first",
    }


def event(parent: Page | None = None, *, in_hours: float = 72, zone: str = "UTC", **fields: Any) -> EventPage:
    """An event that begins `in_hours` from now (a negative number: has begun), below `parent` or the calendar."""
    begin = (timezone.now() + timedelta(hours=in_hours)).astimezone(UTC).replace(microsecond=0)
    defaults = {**wall(begin, zone), "summary": "What it is about.", "minutes": 60}
    return add(parent or calendar(), EventPage(**{**defaults, **fields}))


def republish(page: EventPage, **fields: Any) -> EventPage:
    """`page` with other fields, published as an editor would."""
    fresh = EventPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.save_revision().publish()
    return EventPage.objects.get(pk=page.pk)


def make_private(page: Page, *groups: Group) -> PageViewRestriction:
    """Only members of `groups` see `page` and what is below it."""
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(groups)
    return restriction


def members(number: int) -> list[User]:
    """Accounts without passwords or confirmed addresses: they get no mail."""
    first = User.objects.count()
    return User.objects.bulk_create(
        [User(email=f"member-{first + at}@example.org", name=f"Member {first + at}") for at in range(number)]
    )


def document(name: str = "captions.vtt", content: bytes = b"WEBVTT\n") -> Document:
    """A document in the root collection."""
    return Document.objects.create(title=name, file=ContentFile(content, name))
