"""Fills the portal that is measured with a crowd: members with profiles, working groups, events.

`python -m benchmarks.crowd` with development settings, before the search index is built. What is there already stays.
"""

import sys
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from wagtail.models import Page

    from portal.events.models import EventPage

MEMBERS = 10_000
GROUPS = 200
EVENTS = 5_000
AT_ONCE = 500


def main() -> None:
    import django

    django.setup()
    from django.db import transaction
    from tqdm import tqdm

    with transaction.atomic(), tqdm(total=MEMBERS + GROUPS + EVENTS, unit="thing", file=sys.stderr) as bar:
        for made in (*make_members(), *make_groups(), *make_events()):
            bar.update(made)


def make_members() -> Iterator[int]:
    """Members and their profiles, `AT_ONCE` at a time. Yields how many were made."""
    from portal.accounts.models import Affiliation, User
    from portal.members.models import Profile
    from portal.moderation import guidelines
    from portal.moderation.models import Acceptance
    from taxonomy.models import Concept

    # They have accepted what whoever joins accepts, or they could not write.
    version = guidelines.present()
    lines = list(Concept.objects.filter(scheme__slug="service-line").values_list("pk", flat=True))
    places = list(Concept.objects.filter(scheme__slug="place").values_list("pk", flat=True))
    affiliations = [value for value, _label in Affiliation.choices]
    for start in range(0, MEMBERS, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, MEMBERS))
        users = User.objects.bulk_create(
            User(
                email=f"crowd-{number}@demo.example",
                name=f"A member of the crowd, number {number}",
                affiliation=affiliations[number % len(affiliations)],
                organisation=f"Office {number % 300}",
                password="!",  # noqa: S106  (nobody signs in with it)
            )
            for number in numbers
        )
        Profile.objects.bulk_create(
            Profile(user=user, role=f"Role {number % 50}", place_id=places[number % len(places)], languages=["en"])
            for number, user in zip(numbers, users, strict=True)
        )
        Profile.service_lines.through.objects.bulk_create(
            Profile.service_lines.through(profile_id=user.pk, concept_id=lines[number % len(lines)])
            for number, user in zip(numbers, users, strict=True)
        )
        if version is not None:
            Acceptance.objects.bulk_create(Acceptance(member=user, guidelines=version) for user in users)
        yield len(users)


def make_groups() -> Iterator[int]:
    """Working groups of each visibility, with a lead and three members of the crowd each."""
    from portal.accounts.models import User
    from portal.groups import services
    from portal.groups.models import GroupIndexPage, GroupPage, Role, Visibility

    index = GroupIndexPage.objects.get()
    people = User.objects.filter(email__startswith="crowd-").order_by("pk").iterator()
    for number in range(GROUPS):
        page = GroupPage(title=f"Group of the crowd {number}", slug=f"crowd-{number}", summary="One of many.")
        index.add_child(instance=page)
        group = services.found(page, visibility=list(Visibility)[number % 3])
        for place, person in enumerate(islice(people, 4)):
            services.add(group, person, Role.MEMBER if place else Role.LEAD)
        yield 1


def make_events() -> Iterator[int]:
    """Events from a year ago to two years ahead, on the calendar and in the crowd's groups.

    Written as rows, a parent's children at a time: saved one by one, five thousand pages take ten minutes.
    """
    from wagtail.models import Page

    from portal.core.gates import regate
    from portal.events.models import EventIndexPage
    from portal.groups.models import GroupPage

    parents = [EventIndexPage.objects.get(), *GroupPage.objects.filter(slug__startswith="crowd-")]
    for place, parent in enumerate(parents):
        numbers = range(place, EVENTS, len(parents))
        events = [_event(parent, number, parent.numchild + at + 1) for at, number in enumerate(numbers)]
        pages = Page.objects.bulk_create(_page_row(event) for event in events)
        for event, page in zip(events, pages, strict=True):
            event.page_ptr_id = event.pk = page.pk
            event.save_base(raw=True, force_insert=False)
        Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(events))
        regate((event.pk, event.path) for event in events)
        yield len(events)


def _event(parent: "Page", number: int, step: int) -> "EventPage":
    """Event `number`, the `step`-th child of `parent`, with everything that its rows hold."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page

    from portal.events import timing
    from portal.events.models import EventPage

    first = date.today() - timedelta(days=365)
    event = EventPage(
        title=f"Meeting {number} of the crowd",
        draft_title=f"Meeting {number} of the crowd",
        slug=f"meeting-{number}",
        url_path=f"{parent.url_path}meeting-{number}/",
        path=Page._get_path(parent.path, parent.depth + 1, step),
        depth=parent.depth + 1,
        content_type=ContentType.objects.get_for_model(EventPage),
        locale_id=parent.locale_id,
        translation_key=uuid4(),
        summary="One of many.",
        date=first + timedelta(days=number * 1095 // EVENTS),
        start_time=time(14, 0),
        zone="America/New_York",
    )
    event.starts_at, event.ends_at = timing.span(event)
    return event


def _page_row(event: "EventPage") -> "Page":
    """The row of the page table alone."""
    from wagtail.models import Page

    return Page(**{field.attname: getattr(event, field.attname) for field in Page._meta.concrete_fields})


if __name__ == "__main__":
    main()
