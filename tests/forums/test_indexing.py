"""Search hears of new posts from a task, of what is taken back at once, and of what a dead worker left by the clock."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from forums import indexing, moderation, services
from forums.models import Post, Topic
from portal.accounts.models import User
from portal.search.models import SearchEntry
from tests.conftest import QUEUE

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_worker(topic: Topic, settings: Settings) -> None:
    """From now on tasks are enqueued and nobody does them."""
    settings.TASKS = QUEUE


def body_of(topic: Topic) -> str:
    return SearchEntry.objects.get(kind="topic", object_pk=topic.pk).body


def written_ago(topic: Topic, age: timedelta) -> None:
    """Let the last answer of `topic` have been written so long ago, and a little after everything else."""
    at = timezone.now() - age
    Post.objects.filter(topic=topic).update(created_at=at)
    Topic.objects.filter(pk=topic.pk).update(last_post_at=at)


def test_an_answer_leaves_the_index_to_a_task(topic: Topic, other_member: User, no_worker: None) -> None:
    services.answer(topic, other_member, body="We charged by the xylophone.")
    assert "xylophone" not in body_of(topic)
    task = DBTaskResult.objects.get(task_path="forums.indexing.record")
    task.task.call(*task.args_kwargs["args"])
    assert "xylophone" in body_of(topic)


def test_an_answer_leaves_wagtail_nothing_to_do(
    topic: Topic, other_member: User, no_worker: None, client: Client
) -> None:
    client.get(topic.url)  # the admin, which registers what Wagtail keeps references of, is there with the addresses
    services.answer(topic, other_member, body="We charged by the xylophone.")
    assert not DBTaskResult.objects.filter(task_path__startswith="wagtail").exists()


def test_what_a_moderator_hides_leaves_search_at_once(
    topic: Topic, other_member: User, moderator: User, no_worker: None
) -> None:
    post, _created = services.answer(topic, other_member, body="We charged by the xylophone.")
    indexing.record.call(topic.pk)
    moderation.hide_post(post, moderator, "A reason.")
    assert "xylophone" not in body_of(topic)


def test_the_clock_records_what_a_dead_worker_left(topic: Topic, other_member: User, no_worker: None) -> None:
    services.answer(topic, other_member, body="We charged by the xylophone.")
    assert indexing.catch_up() == "", "its task may still be on the way"
    written_ago(topic, timedelta(minutes=5))
    assert indexing.catch_up() == "topics recorded late: 1"
    assert "xylophone" in body_of(topic)
    assert indexing.catch_up() == ""


def test_the_clock_leaves_hidden_topics_alone(topic: Topic, moderator: User, no_worker: None) -> None:
    moderation.hide_topic(topic, moderator, "A reason.")
    written_ago(topic, timedelta(minutes=5))
    assert indexing.catch_up() == ""
    assert not SearchEntry.objects.filter(kind="topic", object_pk=topic.pk).exists()
