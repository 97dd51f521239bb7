"""Fills the portal that is measured with a crowd: members with profiles, working groups, events.

`python -m benchmarks.crowd` with development settings, before the search index is built. What is there already stays.
"""

import sys
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import islice

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
    from taxonomy.models import Concept

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
        yield len(users)


def make_groups() -> Iterator[int]:
    """Working groups of each visibility, with ten members of the crowd each."""
    from portal.accounts.models import User
    from portal.groups import services
    from portal.groups.models import GroupIndexPage, GroupPage, Role, Visibility

    index = GroupIndexPage.objects.get()
    people = User.objects.filter(email__startswith="crowd-").order_by("pk").iterator()
    for number in range(GROUPS):
        page = GroupPage(title=f"Group of the crowd {number}", slug=f"crowd-{number}", summary="One of many.")
        index.add_child(instance=page)
        group = services.found(page, visibility=list(Visibility)[number % 3])
        for place, person in enumerate(islice(people, 10)):
            services.add(group, person, Role.MEMBER if place else Role.LEAD)
        yield 1


def make_events() -> Iterator[int]:
    """Events from a year ago to two years ahead, on the calendar and in the crowd's groups."""
    from portal.events.models import EventIndexPage, EventPage
    from portal.groups.models import GroupPage

    parents = [EventIndexPage.objects.get(), *GroupPage.objects.filter(slug__startswith="crowd-")]
    first = date.today() - timedelta(days=365)
    for number in range(EVENTS):
        parent = parents[number % len(parents)]
        page = EventPage(
            title=f"Meeting {number} of the crowd",
            slug=f"meeting-{number}",
            summary="One of many.",
            date=first + timedelta(days=number * 1095 // EVENTS),
            start_time=time(14, 0),
            zone="America/New_York",
        )
        parent.add_child(instance=page)
        yield 1


if __name__ == "__main__":
    main()
