"""An author's name leads to their profile, for those who may open it."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums.models import Topic
from portal.accounts.models import User
from portal.members import services as members
from portal.members.models import Visibility

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def test_members_reach_the_author_and_visitors_only_one_who_shows_the_name_to_everybody(
    topic: Topic, member: User, other_member: User, client_of: ClientOf
) -> None:
    link = f'href="/members/{member.pk}/"'
    assert link in client_of(other_member).get(topic.url).content.decode()
    assert link not in client_of(None).get(topic.url).content.decode()
    members.update(member, show={"name": Visibility.ALL})
    assert link in client_of(None).get(topic.url).content.decode()
