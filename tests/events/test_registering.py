"""Who gets a place, who waits, who moves up, and what they are told."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from wagtail.models import Page

from portal.accounts.models import User
from portal.core import closing
from portal.core.signals import membership_ended
from portal.events import services
from portal.events.models import EventPage, Registration
from tests.factories.events import LINK, event, make_private, members, republish

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def state_of(page: EventPage, user: User) -> str:
    return Registration.objects.get(event=page, user=user).state


def subjects() -> list[str]:
    return [str(message.subject) for message in mail.outbox]


def test_the_last_place_goes_to_who_comes_first(briefing: EventPage, member: User, other_member: User) -> None:
    first, made = services.register(briefing, member)
    second, _ = services.register(briefing, other_member)
    assert (first.state, made, second.state) == ("registered", True, "waiting")
    assert subjects() == [
        "You are registered: Starter kit briefing",
        "You are on the waiting list: Starter kit briefing",
    ]


def test_registering_twice_changes_nothing(briefing: EventPage, member: User) -> None:
    services.register(briefing, member)
    again, made = services.register(briefing, member)
    assert (again.state, made, len(mail.outbox)) == ("registered", False, 1)


def test_who_gives_a_place_back_lets_the_first_in_line_in(
    briefing: EventPage, member: User, other_member: User, moderator: User
) -> None:
    for user in (member, other_member, moderator):
        services.register(briefing, user)
    mail.outbox.clear()
    assert services.cancel(briefing, member)
    assert not services.cancel(briefing, member)
    assert [state_of(briefing, user) for user in (member, other_member, moderator)] == [
        "cancelled",
        "registered",
        "waiting",
    ]
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["other@example.org"], "A place for you: Starter kit briefing")
    ]


def test_a_place_whose_account_is_deleted_goes_to_the_first_in_line(
    briefing: EventPage, member: User, other_member: User, moderator: User
) -> None:
    for user in (member, other_member, moderator):
        services.register(briefing, user)
    mail.outbox.clear()
    member.delete()
    assert [state_of(briefing, user) for user in (other_member, moderator)] == ["registered", "waiting"]
    assert [message.to for message in mail.outbox] == [["other@example.org"]]
    moderator.delete()
    assert state_of(briefing, other_member) == "registered", "who only waited frees no place"


def test_those_in_line_whose_accounts_are_closed_keep_nobody_out(
    briefing: EventPage, member: User, other_member: User, moderator: User
) -> None:
    for user in (member, other_member):
        services.register(briefing, user)
    User.objects.filter(pk=other_member.pk).update(is_active=False)
    services.cancel(briefing, member)
    mail.outbox.clear()
    registration, _made = services.register(briefing, moderator)
    assert registration.state == "registered"
    assert state_of(briefing, moderator) == "registered"
    assert [message.to for message in mail.outbox] == [["moderator@example.org"]]


def test_who_comes_again_stands_at_the_end(
    briefing: EventPage, member: User, other_member: User, moderator: User
) -> None:
    for user in (member, other_member, moderator):
        services.register(briefing, user)
    services.cancel(briefing, other_member)
    services.register(briefing, other_member)
    waiting = Registration.objects.filter(event=briefing, state="waiting").in_order()
    assert [row.user for row in waiting] == [moderator, other_member]


def test_more_places_are_filled_in_order_and_fewer_take_nothing_away(
    briefing: EventPage, member: User, other_member: User, moderator: User
) -> None:
    for user in (member, other_member, moderator):
        services.register(briefing, user)
    page = republish(briefing, capacity=2)
    assert [state_of(page, user) for user in (member, other_member, moderator)] == [
        "registered",
        "registered",
        "waiting",
    ]
    page = republish(page, capacity=1)
    assert state_of(page, other_member) == "registered"
    republish(page, capacity=None)
    assert state_of(page, moderator) == "registered"


def test_a_draft_promises_nothing(briefing: EventPage, member: User, other_member: User) -> None:
    for user in (member, other_member):
        services.register(briefing, user)
    mail.outbox.clear()
    draft = briefing.get_latest_revision_as_object()
    draft.capacity, draft.cancelled = 10, True
    draft.save_revision()
    assert state_of(briefing, other_member) == "waiting"
    assert not mail.outbox


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"cancelled": True}, "cancelled"),
        ({"takes_registrations": False, "capacity": None, "join_link": ""}, "Nobody needs to register"),
        ({"in_hours": -0.5}, "has begun"),
        ({"in_hours": -30}, "has begun, or is over"),
        ({"registration_opens": timezone.now() + timedelta(hours=12)}, "not open yet"),
        ({"registration_closes": timezone.now() - timedelta(hours=12)}, "has closed"),
    ],
)
def test_where_nobody_can_register_a_sentence_says_why(
    home: object, member: User, fields: dict[str, object], words: str
) -> None:
    with pytest.raises(services.RefusedError, match=words):
        services.register(event(**fields), member)  # type: ignore[arg-type]
    assert not Registration.objects.exists()


def test_an_archived_section_takes_no_registrations(index: Page, briefing: EventPage, member: User) -> None:
    closing.close(index)
    with pytest.raises(services.RefusedError, match="archived"):
        services.register(briefing, member)


def test_nobody_registers_for_what_they_do_not_see(exercise: EventPage, member: User) -> None:
    with pytest.raises(EventPage.DoesNotExist):
        services.register(exercise, member)


def test_the_letter_has_the_calendar_file_and_the_link(briefing: EventPage, member: User) -> None:
    services.register(briefing, member)
    message = mail.outbox[0]
    assert LINK in message.body
    (name, content, kind) = message.attachments[0]
    assert (name, kind) == ("event.ics", "text/calendar")
    found: Any = Calendar.from_ical(content).walk("VEVENT")[0]
    assert LINK in str(found["description"])
    assert str(found["summary"]) == "Starter kit briefing"
    assert found["dtstart"].dt == briefing.starts_at
    parts: Any = message.message().get_payload()
    assert b"BEGIN:VCALENDAR\r\n" in parts[1].get_payload(decode=True)


def test_who_waits_gets_neither_file_nor_link(briefing: EventPage, member: User, other_member: User) -> None:
    services.register(briefing, member)
    services.register(briefing, other_member)
    message = mail.outbox[1]
    assert LINK not in str(message.message())
    assert not message.attachments


def test_another_time_is_told_to_all_and_the_file_replaces_the_former(
    briefing: EventPage, member: User, other_member: User
) -> None:
    for user in (member, other_member):
        services.register(briefing, user)
    mail.outbox.clear()
    page = republish(briefing, zone="Europe/London", start_time=time(12))
    assert subjects() == ["Changed: Starter kit briefing"] * 2
    found = [Calendar.from_ical(message.attachments[0][1]).walk("VEVENT")[0] for message in mail.outbox]
    assert {(str(part["uid"]), part["sequence"]) for part in found} == {(f"{page.translation_key}@localhost", 1)}
    assert [LINK in message.body for message in mail.outbox] == [True, False]
    republish(page, summary="Other words.")
    assert len(mail.outbox) == 2


def test_a_cancelled_event_is_called_off_in_the_calendar_too(briefing: EventPage, member: User) -> None:
    services.register(briefing, member)
    mail.outbox.clear()
    republish(briefing, cancelled=True, cancelled_reason="The speaker is ill.")
    (message,) = mail.outbox
    assert message.subject == "Cancelled: Starter kit briefing"
    assert "The speaker is ill." in message.body
    assert LINK not in str(message.message())
    assert str(Calendar.from_ical(message.attachments[0][1]).walk("VEVENT")[0]["status"]) == "CANCELLED"


def test_who_is_taken_off_the_list_is_told(briefing: EventPage, member: User, other_member: User) -> None:
    registration, _ = services.register(briefing, member)
    services.register(briefing, other_member)
    mail.outbox.clear()
    assert services.remove(registration)
    assert not services.remove(registration)
    assert subjects() == ["You are no longer registered: Starter kit briefing", "A place for you: Starter kit briefing"]


def test_who_leaves_the_group_leaves_its_private_events_unheard(
    exercise: EventPage, group_member: User, lead: User
) -> None:
    page = republish(exercise, capacity=1)
    services.register(page, group_member)
    services.register(page, lead)
    mail.outbox.clear()
    group_member.groups.clear()
    membership_ended.send(sender=User, user_id=group_member.pk, page_id=page.get_parent().pk)
    assert (state_of(page, group_member), state_of(page, lead)) == ("cancelled", "registered")
    assert [message.to for message in mail.outbox] == [["lead@example.org"]]


def test_who_leaves_the_group_keeps_a_place_at_its_public_events(briefing: EventPage, group_member: User) -> None:
    services.register(briefing, group_member)
    group_member.groups.clear()
    membership_ended.send(sender=User, user_id=group_member.pk, page_id=briefing.get_parent().pk)
    assert state_of(briefing, group_member) == "registered"


def test_an_event_made_private_keeps_those_who_still_see_it(
    briefing: EventPage, member: User, group_member: User, administrator: User
) -> None:
    page = republish(briefing, capacity=2)
    for user in (member, administrator, group_member):
        services.register(page, user)
    mail.outbox.clear()
    make_private(Page.objects.get(pk=page.pk), group_member.groups.get())
    assert [state_of(page, user) for user in (member, administrator, group_member)] == [
        "cancelled",
        "registered",
        "registered",
    ]
    assert [message.to for message in mail.outbox] == [["group-member@example.org"]]


def test_who_has_no_active_account_is_passed_over(
    briefing: EventPage, member: User, other_member: User, moderator: User
) -> None:
    for user in (member, other_member, moderator):
        services.register(briefing, user)
    User.objects.filter(pk=other_member.pk).update(is_active=False)
    services.cancel(briefing, member)
    assert state_of(briefing, moderator) == "registered"


def test_ending_many_registrations_asks_as_often_as_ending_few(
    briefing: EventPage, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    page = republish(briefing, capacity=None)
    for user in members(30):
        services.register(page, user)
    from portal.events.eligibility import unwelcome

    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]
        assert unwelcome([page.pk]) == {}
