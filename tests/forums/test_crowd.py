"""Fifty members answer at the same moment, each with a form that is sent twice, on a database as a server has it."""

import threading
from pathlib import Path
from typing import Any

from django.db import connection

from forums import services
from forums.models import Post, Topic
from portal.accounts.models import User
from portal.search import recording, registry
from tests.events.test_crowd import all_at_once, copied_database
from tests.factories.events import members
from tests.factories.forums import TopicFactory

CROWD = 50


def send(topic: Topic, author: User, gate: threading.Barrier, failed: list[str]) -> None:
    """What one click does, with a connection of its own."""
    try:
        gate.wait()
        services.answer(topic, author, body="We did it in two steps.", token=f"form-of-{author.pk}-0123456789")
    except Exception as error:  # noqa: BLE001 - the test fails with it
        failed.append(repr(error))
    finally:
        connection.close()


def test_nothing_that_a_crowd_posts_at_once_is_lost_doubled_or_miscounted(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path
) -> None:
    with django_db_blocker.unblock(), copied_database(tmp_path):
        topic, failed = TopicFactory(), list[str]()
        gate = threading.Barrier(2 * CROWD)
        crowd = [
            threading.Thread(target=send, args=(topic, author, gate, failed))
            for author in members(CROWD)
            for _click in range(2)
        ]
        all_at_once(crowd)
        posts = list(Post.objects.filter(topic=topic).order_by("position").values_list("position", "author_id"))
        is_exact = not Topic.objects.miscounted().exists()
        kind = registry.get("topic")
        late = recording.plan(kind, [topic.pk]).write if kind else ["nothing is registered"]
    assert not failed
    assert [position for position, _author in posts] == list(range(1, CROWD + 2))
    assert len({author for _position, author in posts}) == CROWD + 1
    assert is_exact
    assert not late
