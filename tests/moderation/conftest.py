"""The boards and topics of the forums' tests, and a working group with a board of its own."""

import pytest

from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from portal.groups.models import GroupPage, Visibility
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.groups import group
from tests.forums.conftest import board, index, private_board, private_topic, topic  # noqa: F401 - fixtures


@pytest.fixture
def post(topic: Topic, other_member: User) -> Post:  # noqa: F811
    """An answer of `other_member` to the question of `member`."""
    return PostFactory(topic=topic, author=other_member, body="Buy my **pills** at once.")


@pytest.fixture
def led_page(home: object, lead: User, group_member: User) -> GroupPage:
    """A private group that `lead` runs and `group_member` is in."""
    return group(slug="quiet", lead=lead, members=[group_member], visibility=Visibility.PRIVATE)


@pytest.fixture
def led_topic(led_page: GroupPage, group_member: User) -> Topic:
    """A question on the board of that group."""
    own_board = BoardPage(title="Quiet board", slug="board")
    led_page.add_child(instance=own_board)
    return TopicFactory(board=BoardPage.objects.get(pk=own_board.pk), author=group_member, title="A quiet question")
