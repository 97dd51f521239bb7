"""Reminders: a day and an hour before, once, to those who are still to come."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from portal.accounts.models import User
from portal.events import services, ticks
from portal.events.models import EventPage, Registration
from tests.factories.events import LINK, event, republish, wall

pytestmark = pytest.mark.django_db


def registered(page: EventPage, user: User, *, days_ago: float = 5) -> Registration:
    """Registered some days ago; the letter that told so is forgotten."""
    services.register(page, user)
    Registration.objects.filter(event=page).update(registered_at=timezone.now() - timedelta(days=days_ago))
    mail.outbox.clear()
    return Registration.objects.get(event=page, user=user)


def subjects() -> list[str]:
    return [str(message.subject) for message in mail.outbox]


def test_a_day_before_once(home: object, member: User) -> None:
    registered(event(title="Clinic", in_hours=23, join_link=LINK), member)
    for _ in range(3):
        ticks.remind()
    assert subjects() == ["Reminder: Clinic"]
    assert LINK in mail.outbox[0].body


def test_an_hour_before_once(home: object, member: User) -> None:
    registered(event(title="Clinic", in_hours=0.9), member)
    for _ in range(3):
        ticks.remind()
    assert subjects() == ["In an hour: Clinic"]


def test_not_yet(home: object, member: User) -> None:
    registered(event(in_hours=25), member)
    ticks.remind()
    assert not mail.outbox


@pytest.mark.parametrize("hours", [20, 0.5])
def test_who_registered_later_than_that_needs_no_reminder(home: object, member: User, hours: float) -> None:
    registered(event(in_hours=hours), member, days_ago=0)
    ticks.remind()
    assert not mail.outbox


def test_who_waits_or_cancelled_or_has_nowhere_to_go_is_not_reminded(
    home: object, member: User, other_member: User, moderator: User
) -> None:
    page = event(in_hours=23, capacity=2)
    for user in (member, other_member, moderator):
        registered(page, user)
    services.cancel(page, member)
    Registration.objects.filter(user=moderator).update(state="waiting")
    republish(page, cancelled=True)
    mail.outbox.clear()
    ticks.remind()
    assert not mail.outbox


def test_who_may_not_see_it_any_more_is_not_reminded(exercise: EventPage, group_member: User) -> None:
    page = republish(exercise, **wall(timezone.now() + timedelta(hours=23)))
    registered(page, group_member)
    group_member.groups.clear()
    ticks.remind()
    assert not mail.outbox


def test_another_time_is_reminded_of_anew(home: object, member: User) -> None:
    page = event(title="Clinic", in_hours=23)
    registered(page, member)
    ticks.remind()
    page = republish(page, **wall(timezone.now() + timedelta(hours=22)))
    mail.outbox.clear()
    ticks.remind()
    assert subjects() == ["Reminder: Clinic"]
