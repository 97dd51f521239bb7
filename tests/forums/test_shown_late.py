"""What was held or hidden and is shown late is new to those who have read past it, and to nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forums import holding, marks, moderation, services
from forums.models import Post, ReadMark, Topic
from portal.accounts.models import User
from portal.moderation import sanctions, trail
from portal.moderation.models import Act
from tests.factories.forums import PostFactory, TopicFactory
from tests.forums.test_lists import news

pytestmark = pytest.mark.django_db

WHY = "A reason."


@pytest.fixture
def held(topic: Topic, other_member: User, group_member: User) -> Post:
    """The second of three answers, which waits; it is by `other_member`."""
    PostFactory(topic=topic, author=group_member)
    post, _made = services.answer(topic, other_member, body="Held words", held="A listed word.")
    PostFactory(topic=topic, author=group_member)
    return post


def mark(topic: Topic, user: User) -> int | None:
    return ReadMark.objects.filter(topic=topic, member=user).values_list("position", flat=True).first()


def written_by(post: Post) -> User:
    assert post.author is not None
    return post.author


def take_back(moderator: User) -> bool:
    return trail.undo(Act.objects.latest("pk"), moderator)


def test_what_is_approved_late_is_new_to_who_has_read_past_it_and_not_to_its_author(
    topic: Topic, held: Post, member: User, other_member: User, group_member: User, moderator: User
) -> None:
    elsewhere = TopicFactory(board=topic.board, author=other_member)
    marks.read_up_to(member.pk, elsewhere.pk, 1)
    for reader, position in ((member, 4), (other_member, 4), (moderator, 4), (group_member, 2)):
        marks.read_up_to(reader.pk, topic.pk, position)
    assert news(topic, member) == (0, "")
    assert holding.approve(held, moderator, WHY)
    assert news(topic, member) == (2, Post.objects.select_related("topic__board").get(pk=held.pk).url)
    assert [mark(topic, one) for one in (other_member, moderator, group_member)] == [4, 4, 2]
    assert mark(elsewhere, member) == 1
    assert news(topic, other_member) == (0, "")


SHOWN_AGAIN: dict[str, tuple[Callable[[Post, User], object], Callable[[Post, User], object]]] = {
    "shown again": (
        lambda post, by: moderation.hide_post(post, by, WHY),
        lambda post, by: moderation.unhide_post(post, by, WHY),
    ),
    "hiding taken back": (lambda post, by: moderation.hide_post(post, by, WHY), lambda post, by: take_back(by)),
    "purge taken back": (
        lambda post, by: sanctions.purge(written_by(post), by, WHY, timezone.now() + timedelta(1)),
        lambda post, by: take_back(by),
    ),
}


@pytest.mark.parametrize("way", SHOWN_AGAIN)
def test_what_is_shown_again_is_new_to_who_read_past_it_meanwhile_and_not_to_who_had_read_it(
    way: str, topic: Topic, member: User, other_member: User, group_member: User, moderator: User
) -> None:
    hide, show = SHOWN_AGAIN[way]
    post = PostFactory(topic=topic, author=other_member)
    PostFactory(topic=topic, author=group_member)
    marks.read_up_to(member.pk, topic.pk, 3)
    hide(post, moderator)
    marks.read_up_to(moderator.pk, topic.pk, 3)
    marks.read_up_to(group_member.pk, topic.pk, 3)
    show(post, moderator)
    assert mark(topic, group_member) == 1
    assert news(topic, member) == (0, "")


def test_what_was_not_approved_and_is_shown_after_all_is_new(
    topic: Topic, held: Post, member: User, moderator: User
) -> None:
    for show in (lambda: take_back(moderator), lambda: moderation.unhide_post(held, moderator, WHY)):
        Post.objects.filter(pk=held.pk).update(held=True, hidden=True)
        holding.reject(held, moderator, WHY)
        marks.read_up_to(member.pk, topic.pk, 4)
        assert show()
        assert mark(topic, member) == 2


def test_marks_go_back_in_one_statement_whoever_has_read(topic: Topic, other_member: User, member: User) -> None:
    posts = [PostFactory(topic=topic, author=other_member) for _ in range(3)]
    marks.read_up_to(member.pk, topic.pk, 4)
    with CaptureQueriesContext(connection) as captured:
        assert marks.shown_late([post.pk for post in posts[1:]], by=other_member) == 1
    assert len(captured) == 1
    assert mark(topic, member) == 2
