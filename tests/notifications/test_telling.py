"""Who is told of what: once, never of their own acts, as they have chosen."""

from typing import Any

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from portal.accounts.models import User
from portal.notifications import services, tasks
from portal.notifications.models import Notification, Setting, Telling, Watch
from portal.notifications.services import News
from portal.notifications.verbs import Channel
from tests.conftest import QUEUE

pytestmark = pytest.mark.django_db


def told(verb: str = "tests.news") -> set[int]:
    return set(Notification.objects.filter(verb=verb).values_list("recipient_id", flat=True))


def test_each_is_told_once_however_often_it_is_called(member: User, other_member: User) -> None:
    for expected in (2, 0):
        recipients = [member.pk, other_member.pk, member.pk]
        assert services.tell("tests.news", about=member.pk, key="1", recipients=recipients) == expected
    assert Notification.objects.count() == 2


def test_nobody_is_told_of_their_own_acts(member: User, other_member: User) -> None:
    services.tell("tests.news", about=1, key="1", recipients=[member.pk, other_member.pk], actor=member.pk)
    assert told() == {other_member.pk}


def test_an_unknown_verb_is_an_error(member: User) -> None:
    with pytest.raises(LookupError, match=r"tests\.nothing"):
        services.tell("tests.nothing", about=1, key="1", recipients=[member.pk])


def test_who_wants_to_hear_nothing_is_told_nothing(member: User, other_member: User) -> None:
    Setting.objects.create(member=member, verb="tests.news", channel=Channel.OFF)
    services.tell("tests.news", about=1, key="1", recipients=[member.pk, other_member.pk])
    services.tell("tests.quiet", about=1, key="1", recipients=[member.pk, other_member.pk])
    assert told() == {other_member.pk}
    assert told("tests.quiet") == set()


def test_what_was_chosen_for_a_source_goes_before_what_was_chosen_for_the_verb(member: User) -> None:
    Setting.objects.create(member=member, verb="tests.news", channel=Channel.OFF)
    Setting.objects.create(member=member, source="board:7", channel=Channel.DAILY)
    services.tell("tests.news", about=1, key="1", recipients=[member.pk], source="board:7")
    services.tell("tests.news", about=1, key="2", recipients=[member.pk], source="board:8")
    assert Notification.objects.get().channel == Channel.DAILY


def test_who_wants_no_mail_finds_it_in_the_inbox(member: User) -> None:
    Setting.objects.create(member=member, channel=Channel.INBOX)
    services.tell("tests.urgent", about=member.pk, key="1", recipients=[member.pk])
    assert Notification.objects.get().channel == Channel.INBOX
    assert mail.outbox == []


def news(**told: Any) -> News:
    return News(verb="tests.news", about=1, key="1", **told)


def test_watchers_of_several_places_hear_it_once_through_the_first(
    member: User, other_member: User, lead: User
) -> None:
    services.watch(member.pk, "concept", "3")
    services.watch(member.pk, "board", "7")
    services.watch(other_member.pk, "concept", "3")
    services.watch(lead.pk, "board", "8")
    places = [("board", "7"), ("concept", "3")]
    services.spread([news(places=places)])
    assert dict(Notification.objects.values_list("recipient_id", "source")) == {
        member.pk: "board:7",
        other_member.pk: "concept:3",
    }
    assert not Telling.objects.exists()


def test_others_are_told_besides_and_some_are_left_out(member: User, other_member: User, lead: User) -> None:
    for user in (member, other_member):
        services.watch(user.pk, "board", "7")
    services.spread([news(places=[("board", "7")], also=[lead.pk], source="s:1", omitted=[member.pk])])
    assert dict(Notification.objects.values_list("recipient_id", "source")) == {
        other_member.pk: "board:7",
        lead.pk: "s:1",
    }


def test_all_that_one_act_gives_rise_to_is_one_task_and_costs_two_statements(
    member: User, other_member: User, settings: Settings, django_assert_num_queries: Any
) -> None:
    settings.TASKS = QUEUE
    services.watch(member.pk, "board", "7")
    several = [news(places=[("board", "7")]), news(also=[other_member.pk]), News(verb="tests.quiet", about=1, key="2")]
    with django_assert_num_queries(2):
        services.spread(several)
    task = DBTaskResult.objects.get()
    task.task.call(*task.args_kwargs["args"])
    assert told() == {member.pk, other_member.pk}
    services.spread([])
    assert DBTaskResult.objects.count() == 1


def test_a_watch_that_was_ended_tells_nothing_and_taking_part_does_not_begin_it_again(member: User) -> None:
    assert services.follow(member.pk, "topic", "1")
    assert not services.follow(member.pk, "topic", "1")
    assert services.unwatch(member.pk, "topic", "1")
    assert not services.unwatch(member.pk, "topic", "1")
    assert not services.follow(member.pk, "topic", "1")
    services.spread([news(places=[("topic", "1")])])
    assert told() == set()
    assert services.watch(member.pk, "topic", "1")
    assert not services.watch(member.pk, "topic", "1")
    services.spread([news(places=[("topic", "1")])])
    assert told() == {member.pk}


def test_who_follows_what_became_part_of_another_follows_that(member: User, other_member: User) -> None:
    for key in ("1", "2"):
        services.watch(member.pk, "concept", key)
    services.watch(other_member.pk, "concept", "1")
    services.unwatch(other_member.pk, "concept", "1")
    assert services.hand_over("concept", "1", "2") == 1
    assert services.hand_over("concept", "1", "2") == 0
    assert set(Watch.objects.filter(key="2").values_list("member_id", "active")) == {
        (member.pk, True),
        (other_member.pk, False),
    }


def crowd(number: int) -> list[int]:
    users = User.objects.bulk_create(User(email=f"crowd{place}@example.org", name="Crowd") for place in range(number))
    pks = [user.pk for user in users]
    Watch.objects.bulk_create(Watch(member_id=pk, kind="board", key="7") for pk in pks)
    return pks


def test_how_one_hears_of_a_thing_goes_along_when_it_becomes_part_of_another(member: User, other_member: User) -> None:
    for pk, channel in ((member.pk, Channel.OFF), (other_member.pk, Channel.NOW)):
        services.choose(pk, {("", "topic:1"): channel})
    services.choose(other_member.pk, {("", "topic:2"): Channel.INBOX})
    services.hand_over("topic", "1", "2")
    found = Setting.objects.filter(source="topic:2").values_list("member_id", "channel")
    assert dict(found) == {member.pk: "off", other_member.pk: "inbox"}
    services.forget("topic", "2")
    assert not Setting.objects.filter(source="topic:2").exists()


def test_who_has_left_meanwhile_keeps_nobody_from_being_told(member: User, other_member: User, lead: User) -> None:
    services.watch(member.pk, "topic", "1")
    telling = Telling.objects.create(
        verb="tests.news", about=lead.pk, key="1", places=[["topic", "1"]], actor_id=10**6, also=[10**6 + 1, lead.pk]
    )
    tasks.tell_watchers.call([telling.pk])
    assert set(Notification.objects.values_list("recipient_id", flat=True)) == {member.pk, lead.pk}
    assert not Telling.objects.exists()


def test_a_thousand_watchers_are_told_in_chunks_by_a_task_that_may_run_twice(db: None) -> None:
    pks = crowd(1000)
    telling = Telling.objects.create(verb="tests.news", about=1, key="1", places=[["board", "7"]])
    for _ in range(2):
        tasks.tell_watchers.call([telling.pk])
    assert told() == set(pks)
    assert Notification.objects.count() == 1000


def test_a_worker_that_dies_half_way_leaves_the_rest_to_the_next(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pks = crowd(500)
    telling = Telling.objects.create(verb="tests.news", about=1, key="1", places=[["board", "7"]])
    real, calls = services.tell_through, []

    def dying(*args: object, **named: object) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "tell_through", dying)
    with pytest.raises(KeyboardInterrupt):
        tasks.tell_watchers.call([telling.pk])
    assert len(told()) == services.CHUNK
    Telling.objects.update(at=telling.at - 2 * tasks.DEAD)
    tasks.enqueue_left()
    assert told() == set(pks)
    assert not Telling.objects.exists()
