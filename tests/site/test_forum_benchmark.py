"""What fills the forums for measuring makes rows as members' posts would have made them. Speed is not tested here."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from benchmarks.browser import form_in
from benchmarks.forums import filling
from benchmarks.forums.planning import LONG_POSTS, LONG_TOPICS, numbered, plan
from forums import counting, services
from forums.models import Post, Topic
from portal.accounts.models import User
from tests.factories.forums import BoardFactory, TopicFactory
from tests.factories.taxonomy import concept

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def unheard(_number: int) -> None:
    """Nobody watches the progress."""


def test_a_plan_has_every_post_in_time_and_dense_positions() -> None:
    forum = plan(Random(3), 100, 4000, NOW)
    assert sum(forum.sizes) == len(forum.events) == 4000
    assert [event.at for event in forum.events] == sorted(event.at for event in forum.events)
    assert forum.events[-1].at <= (NOW - timedelta(days=1)).timestamp()
    last = {event.topic: position for event, position in numbered(forum)}
    assert [last[topic] for topic in range(100)] == list(forum.sizes)


def test_a_plan_has_a_few_long_topics_and_many_without_an_answer() -> None:
    forum = plan(Random(3), 300, 9000, NOW)
    assert sum(size == LONG_POSTS for size in forum.sizes) == LONG_TOPICS
    assert 30 < sum(size == 1 for size in forum.sizes) < 75
    assert all(accepted <= size for accepted, size in zip(forum.accepted, forum.sizes, strict=True))


def test_fewer_posts_than_topics_cannot_be_planned() -> None:
    with pytest.raises(ValueError, match="at least as many posts"):
        plan(Random(3), 10, 9, NOW)


@pytest.fixture
def people(home: object, member: User) -> list[User]:
    concept()
    concept()
    return [User.objects.create_user(f"crowd-{number}@demo.example", name=f"Crowd {number}") for number in range(5)]


def test_what_is_filled_in_bulk_is_counted_exactly_and_leaves_what_was_there(people: list[User]) -> None:
    BoardFactory()
    standing = TopicFactory()
    filling.fill(40, 400, NOW, unheard)
    assert (Topic.objects.count(), Post.objects.count()) == (41, 401)
    assert counting.recount() == 0
    assert Topic.objects.filter(pk=standing.pk, post_count=1).exists()
    accepted = Post.objects.exclude(accepted_at=None)
    assert {post.topic_id for post in accepted} == set(Topic.objects.solved().values_list("pk", flat=True)) != set()


def test_members_go_on_posting_where_the_filling_ended(people: list[User]) -> None:
    BoardFactory()
    filling.fill(5, 20, NOW, unheard)
    topic = Topic.objects.filter(locked=False).order_by("pk")[0]
    post, created = services.answer(topic, people[0], body="We did.")
    assert created
    assert post.position == topic.post_count + 1


def test_a_member_has_read_some_of_the_topics(people: list[User]) -> None:
    BoardFactory()
    filling.fill(60, 200, NOW, unheard)
    filling.read_by(people[0].pk, unheard)
    assert 2 < people[0].read_marks.count() < 40


def test_nobody_can_be_let_write_where_there_is_no_board(people: list[User]) -> None:
    with pytest.raises(ValueError, match="must be boards"):
        filling.fill(5, 20, NOW, unheard)


@pytest.mark.parametrize(
    ("ending", "fields"), [("/answer/", {"token": "abc", "csrf": "1"}), ("/search/", {"q": ""}), ("/missing/", None)]
)
def test_a_form_is_found_by_its_address_with_its_fields(ending: str, fields: dict[str, str] | None) -> None:
    page = """<form action="/search/"><input name="q"></form>
    <form action="/topic/4/answer/#answer"><input type="hidden" name="token" value="abc"><input name="csrf" value="1">
    <input type="submit"></form>"""
    found = form_in(page, ending)
    assert (found.fields if found else None) == fields
