"""Search hears of new posts from a task, of what is taken back at once, and of what a dead worker left by the clock."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import task_backends

from forums import indexing, moderation, services
from forums.models import Post, Topic
from portal.accounts.models import User
from portal.search.models import SearchEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_worker(settings: object) -> None:
    """Tasks are enqueued and nobody does them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}  # type: ignore[attr-defined]
    task_backends.close_all() if hasattr(task_backends, "close_all") else None


def body_of(topic: Topic) -> str:
    return SearchEntry.objects.get(kind="topic", object_pk=topic.pk).body


def made_old(topic: Topic, age: timedelta) -> None:
    """Let everything in `topic` have been written so long ago."""
    at = timezone.now() - age
    Post.objects.filter(topic=topic).update(created_at=at)
    Topic.objects.filter(pk=topic.pk).update(last_post_at=at)
