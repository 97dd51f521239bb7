"""Boards of an archived section: read as before, nothing added; and what a section's page shows of its boards."""

from collections.abc import Callable

import pytest
from django.test import Client
from wagtail.models import Page

from forums import access, panels
from forums.models import BoardPage, ForumIndexPage, Post, Topic
from portal.accounts.models import User
from portal.core import closing
from portal.core.viewer import VISITOR, viewer_for
from tests.factories.forums import BoardFactory, PostFactory
from tests.factories.pages import plain_page

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


@pytest.fixture
def closed(topic: Topic) -> Topic:
    """The question of `member`, whose board's section has been closed."""
    closing.close(Page.objects.get(pk=topic.board.get_parent().pk))
    return Topic.objects.get(pk=topic.pk)


def test_a_closed_board_is_read_and_says_why_nothing_can_be_asked(
    closed: Topic, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    board_url = closed.url.rsplit("/", 2)[0] + "/"
    for url in (board_url, closed.url):
        page = client.get(url).content.decode()
        assert "working group that is archived" in page
        assert "Post the answer" not in page
        assert "Ask a question" not in page


def test_nothing_is_added_to_a_closed_board_even_by_moderators(
    closed: Topic, member: User, moderator: User, other_member: User, client_of: ClientOf
) -> None:
    answer = PostFactory(topic=closed, author=other_member)
    board_url = closed.url.rsplit("/", 2)[0] + "/"
    posts = Post.objects.count()
    for user in (member, moderator):
        client = client_of(user)
        assert client.get(f"{board_url}new/").status_code == 404
        assert client.post(f"{board_url}new/", {"title": "Late", "body": "x"}).status_code == 404
        assert client.post(f"{board_url}topic/{closed.pk}/answer/", {"body": "x"}).status_code == 404
        assert client.post(f"{board_url}post/{answer.pk}/accept/").status_code == 404
    assert client_of(other_member).get(f"{board_url}post/{answer.pk}/edit/").status_code == 404
    assert Post.objects.count() == posts


def test_questions_of_a_closed_board_no_longer_wait(topic: Topic, board: BoardPage) -> None:
    assert list(Topic.objects.waiting()) == [topic]
    closing.close(board)
    assert list(Topic.objects.waiting()) == []
    closing.reopen(board)
    assert list(Topic.objects.waiting()) == [topic]


def test_a_section_whose_path_only_begins_alike_stays_open(index: ForumIndexPage, member: User) -> None:
    first, second = BoardFactory(title="First"), BoardFactory(title="Second")
    assert closing.close(first)
    assert not closing.close(first)
    viewer = viewer_for(member)
    assert not access.can_ask(viewer, BoardPage.objects.get(pk=first.pk))
    assert access.can_ask(viewer, second)


def test_a_closed_section_stays_closed_wherever_it_is_moved(board: BoardPage, topic: Topic, home: Page) -> None:
    closing.close(board)
    section = plain_page(title="Elsewhere")
    BoardPage.objects.get(pk=board.pk).move(Page.objects.get(pk=section.pk), pos="last-child")
    assert closing.is_closed(BoardPage.objects.get(pk=board.pk))
    assert list(Topic.objects.waiting()) == []


def test_a_section_shows_the_boards_and_questions_that_the_viewer_sees(
    index: ForumIndexPage, topic: Topic, private_topic: Topic, group_member: User
) -> None:
    outside = panels.questions(index, VISITOR)
    inside = panels.questions(index, viewer_for(group_member))
    assert outside is not None
    assert inside is not None
    assert [row.title for row in outside["rows"]] == [topic.title]
    assert {row.title for row in inside["rows"]} == {topic.title, private_topic.title}
    assert [title for title, _url in outside["boards"]] == ["Business case and finance"]
    assert {row.title for row in panels.waiting(index, viewer_for(group_member))["rows"]} == {
        topic.title,
        private_topic.title,
    }
    assert panels.questions(Page.objects.get(pk=topic.board.pk), VISITOR) is None
