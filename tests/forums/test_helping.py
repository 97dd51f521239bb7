"""What members press beside writing: an answer helped them, they have the same problem; counters, and what is shown."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from forums import helping, moderation, services
from forums.models import Affected, Helped, Post, Topic
from portal.accounts.models import User
from portal.core.models import CacheGeneration
from tests.events.test_crowd import all_at_once, copied_database
from tests.factories.events import members
from tests.factories.forums import PostFactory

ClientOf = Callable[[User | None], Client]
CROWD = 8


def generation() -> int:
    return CacheGeneration.objects.get(pk=1).number


@pytest.fixture
def answer(topic: Topic, other_member: User) -> Post:
    return PostFactory(topic=topic, author=other_member)


@pytest.mark.django_db
def test_what_helped_is_counted_once_for_each_member_and_can_be_taken_back(
    answer: Post, member: User, moderator: User
) -> None:
    before = generation()
    assert helping.helped(answer, member)
    assert helping.helped(answer, member) is False
    assert helping.helped(answer, moderator)
    answer.refresh_from_db()
    assert answer.helped_count == 2
    assert helping.not_helped(answer, member)
    assert helping.not_helped(answer, member) is False
    answer.refresh_from_db()
    assert answer.helped_count == 1
    assert generation() > before


@pytest.mark.django_db
def test_neither_a_question_nor_a_hidden_answer_helps(answer: Post, member: User, moderator: User) -> None:
    moderation.hide_post(answer, moderator, "A reason.")
    for post in (answer, answer.topic.posts.get(position=1)):
        assert helping.helped(post, member) is False
    assert not Helped.objects.exists()


@pytest.mark.django_db
def test_who_has_the_problem_too_is_counted_once_and_can_take_it_back(topic: Topic, other_member: User) -> None:
    assert helping.affected(topic, other_member)
    assert helping.affected(topic, other_member) is False
    topic.refresh_from_db()
    assert topic.affected_count == 1
    assert helping.not_affected(topic, other_member)
    assert helping.not_affected(topic, other_member) is False
    topic.refresh_from_db()
    assert topic.affected_count == 0


@pytest.mark.django_db
def test_wrong_numbers_are_set_right_and_right_ones_left(topic: Topic, answer: Post, member: User) -> None:
    helping.helped(answer, member)
    assert helping.recount() == 0
    Post.objects.filter(pk=answer.pk).update(helped_count=7)
    Topic.objects.update(affected_count=3)
    assert helping.recount() == 2
    Post.objects.filter(pk=answer.pk).update(helped_count=0)
    assert helping.recount() == 1
    answer.refresh_from_db()
    topic.refresh_from_db()
    assert (answer.helped_count, topic.affected_count) == (1, 0)


@pytest.mark.django_db
def test_the_topic_shows_what_helped_and_lets_others_than_the_author_say_so(
    topic: Topic, answer: Post, member: User, other_member: User, client_of: ClientOf
) -> None:
    asker, author = client_of(member), client_of(other_member)
    assert "This helped me" in asker.get(topic.url).content.decode()
    assert "This helped me" not in author.get(topic.url).content.decode()
    assert "I have this problem too" not in asker.get(topic.url).content.decode()
    response = asker.post(f"/forums/finance/post/{answer.pk}/helped/")
    assert response["Location"] == answer.url
    author.post(f"/forums/finance/topic/{topic.pk}/affected/")
    asked = asker.get(topic.url).content.decode()
    assert "Helped 1 member" in asked
    assert "It did not help me after all" in asked
    assert "1 member has this problem too" in asked
    assert "I no longer have this problem" in author.get(topic.url).content.decode()
    visitor = client_of(None).get(topic.url).content.decode()
    assert "Helped 1 member" in visitor
    assert "This helped me" not in visitor


@pytest.mark.django_db
def test_of_the_accepted_answers_the_one_that_helped_most_is_named_first(
    topic: Topic, answer: Post, member: User, moderator: User, visitor_client: Client
) -> None:
    second = PostFactory(topic=topic, author=moderator)
    services.accept(topic, answer)
    services.accept(topic, second)
    text = visitor_client.get(topic.url).content.decode()
    assert text.index(f'href="{answer.url}">accepted') < text.index(f'href="{second.url}">accepted')
    helping.helped(second, member)
    text = Client().get(topic.url).content.decode()
    assert text.index(f'href="{second.url}">accepted') < text.index(f'href="{answer.url}">accepted')


@pytest.mark.django_db
def test_accepted_answers_of_other_pages_are_named_on_every_page(topic: Topic, member: User, moderator: User) -> None:
    posts = [PostFactory(topic=topic, author=moderator) for _ in range(21)]
    services.accept(topic, posts[0])
    services.accept(topic, posts[20])
    for url in (topic.url, f"{topic.url}?page=2"):
        text = Client().get(url).content.decode()
        assert f'href="{posts[0].url}">accepted' in text
        assert f'href="{posts[20].url}">accepted' in text


def test_members_who_press_at_the_same_moment_are_all_counted(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> None:
    with django_db_blocker.unblock(), copied_database(tmp_path):
        answer, failed = PostFactory(), list[str]()
        gate = threading.Barrier(CROWD)
        crowd = [threading.Thread(target=press, args=(answer, user, gate, failed)) for user in members(CROWD)]
        all_at_once(crowd)
        answer.refresh_from_db()
        answer.topic.refresh_from_db()
        counted = (answer.helped_count, answer.topic.affected_count)
        rows = (Helped.objects.count(), Affected.objects.count())
    assert not failed
    assert counted == rows == (CROWD, CROWD)


def press(answer: Post, user: User, gate: threading.Barrier, failed: list[str]) -> None:
    """What one of the crowd does, twice, with a connection of its own."""
    try:
        gate.wait()
        for _ in range(2):
            helping.helped(answer, user)
            helping.affected(answer.topic, user)
    except Exception as error:  # noqa: BLE001 - the test fails with it
        failed.append(repr(error))
    finally:
        connection.close()
