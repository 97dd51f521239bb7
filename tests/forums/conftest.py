"""A public board, a private one of the privacy group, and a question on each."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from forums.models import BoardPage, ForumIndexPage, Topic
from portal.accounts.models import User
from tests.factories.forums import BoardFactory, ForumIndexFactory, TopicFactory


@pytest.fixture
def index(home: object) -> ForumIndexPage:
    return ForumIndexFactory()


@pytest.fixture
def board(index: ForumIndexPage) -> BoardPage:
    return BoardFactory(title="Business case and finance", slug="finance")


@pytest.fixture
def private_board(index: ForumIndexPage, group_member: User) -> BoardPage:
    """Only the privacy group's members see it."""
    board = BoardFactory(title="Privacy group board", slug="privacy-group")
    restriction = PageViewRestriction.objects.create(page=board, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.get(name="Privacy group members"))
    return BoardPage.objects.get(pk=board.pk)


@pytest.fixture
def topic(board: BoardPage, member: User) -> Topic:
    """A question on the public board, asked by `member`."""
    return TopicFactory(board=board, author=member, title="How did you price a service that half do not use?")


@pytest.fixture
def private_topic(private_board: BoardPage, group_member: User) -> Topic:
    """A question on the private board, asked by `group_member`."""
    return TopicFactory(
        board=private_board,
        author=group_member,
        title="Secret sharing question",
        body="Confidential words about payroll.",
    )
