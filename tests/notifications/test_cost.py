"""What the notices cost on every page: nothing for who has none unread and follows nothing."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forums.models import BoardPage
from portal.accounts.models import User
from portal.notifications import services
from tests.factories.forums import BoardFactory

pytestmark = pytest.mark.django_db


def test_a_page_costs_more_only_for_who_has_something_unread_or_follows_something(
    home: object, member: User, client_of: Callable[[User | None], Client]
) -> None:
    board: BoardPage = BoardFactory()
    client = client_of(member)

    def asked() -> int:
        client.get(board.url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(board.url).status_code == 200
        return sum(query["sql"].startswith('SELECT "notifications_') for query in captured)

    assert asked() == 0
    services.tell("tests.news", about=member.pk, key="1", recipients=[member.pk])
    assert asked() == 1
    services.watch(member.pk, "board", str(board.pk))
    assert asked() == 2
