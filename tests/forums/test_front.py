"""What the front page shows is kept for all who may see the same, never longer than it is true."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forums import moderation, services
from forums.models import BoardPage, ForumIndexPage, Post, Topic
from portal.accounts.models import User
from tests.factories.forums import PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def shown(client: Client) -> str:
    # "x" is no key that selects a page, so the page cache stands aside.
    return client.get("/forums/", {"x": "1"}).content.decode().replace("\xa0", " ")


def test_what_changes_is_on_the_front_page_at_once(topic: Topic, moderator: User, visitor_client: Client) -> None:
    assert "1 waiting" in shown(visitor_client)
    PostFactory(topic=topic)
    assert "1 waiting" not in shown(visitor_client)
    second = TopicFactory(board=topic.board, title="What does a clerk cost?")
    assert shown(visitor_client).count(second.title) == 3
    services.edit(Post.objects.get(topic=second), body="Words", title="What does a payroll clerk cost?")
    assert "What does a payroll clerk cost?" in shown(visitor_client)
    moderation.hide_topic(second, moderator, "A reason.")
    assert "What does a" not in shown(visitor_client)
    topic.board.unpublish()
    assert topic.title not in shown(visitor_client)


def test_each_reader_sees_the_own_boards_whoever_came_before(
    topic: Topic, private_topic: Topic, group_member: User, other_member: User, administrator: User, client_of: ClientOf
) -> None:
    for reader, sees in [(None, False), (group_member, True), (other_member, False), (administrator, True)] * 2:
        page = shown(client_of(reader))
        assert topic.title in page
        assert (private_topic.title in page) is sees
        assert ("Privacy group board" in page) is sees


def test_nobody_else_sees_on_it_what_waits_for_a_moderator(
    board: BoardPage, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    services.ask(board, other_member, title="A question that waits", body="Words", held="A first post.")
    for reader in (moderator, other_member, None):
        assert "A question that waits" not in shown(client_of(reader))


def test_how_long_ago_somebody_wrote_is_not_kept(
    board: BoardPage, index: ForumIndexPage, visitor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    TopicFactory(board=board, at=now - timedelta(minutes=10))
    assert shown(visitor_client).count(">10 minutes ago<") == 3
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=5))
    page = shown(visitor_client)
    assert page.count(">15 minutes ago<") == 3
    assert ">10 minutes ago<" not in page
