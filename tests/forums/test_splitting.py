"""Split and merge: positions stay dense, counters exact, old addresses lead on, and both can be taken back."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums import helping, keeping, marks, moderation, services, splitting
from forums.models import BoardPage, Post, ReadMark, Topic
from portal.accounts.models import User
from portal.core.viewer import VISITOR, viewer_for
from portal.moderation import trail
from portal.moderation.models import Act
from portal.notifications import services as watching
from portal.notifications.models import Watch
from portal.search.models import SearchEntry
from tests.factories.forums import PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
TITLE = "A question of its own"


def bodies(topic: Topic) -> list[tuple[int, str]]:
    return list(Post.objects.filter(topic=topic).order_by("position").values_list("position", "body"))


@pytest.fixture
def answers(topic: Topic, other_member: User) -> list[Post]:
    return [PostFactory(topic=topic, author=other_member, body=f"Answer {number}") for number in range(1, 5)]


@pytest.fixture
def other(board: BoardPage, other_member: User) -> Topic:
    found = TopicFactory(board=board, author=other_member, title="The same question again", body="Asked again")
    PostFactory(topic=found, body="Said again")
    return found


def test_chosen_answers_become_a_topic_and_the_rest_closes_up(
    topic: Topic, answers: list[Post], moderator: User
) -> None:
    made = splitting.split(topic, [answers[2], answers[0]], moderator, title=TITLE, reason="Another question.")
    assert made
    assert bodies(made) == [(1, "Answer 1"), (2, "Answer 3")]
    assert bodies(topic) == [(1, "Half of the customers do not use it."), (2, "Answer 2"), (3, "Answer 4")]
    assert (made.title, made.author, made.board_id) == (TITLE, answers[0].author, topic.board_id)
    made.refresh_from_db()
    topic.refresh_from_db()
    assert (made.post_count, made.reply_count, topic.post_count, topic.reply_count) == (2, 1, 3, 2)
    assert "Answer 3" in SearchEntry.objects.get(key=f"topic:{made.pk}").body
    assert "Answer 3" not in SearchEntry.objects.get(key=f"topic:{topic.pk}").body
    assert not Topic.objects.miscounted().exists()


def test_a_split_is_taken_back(topic: Topic, answers: list[Post], moderator: User) -> None:
    before = bodies(topic)
    services.accept(topic, answers[1])
    topic.refresh_from_db()
    made = splitting.split(topic, answers[1:3], moderator, title=TITLE, reason="A reason.")
    assert made
    assert Topic.objects.get(pk=topic.pk).accepted_count == 0
    assert not Post.objects.filter(accepted_at__isnull=False).exists()
    act = Act.objects.get()
    assert trail.undo(act, moderator)
    assert trail.undo(act, moderator) is False
    assert bodies(topic) == before
    assert Topic.objects.get(pk=topic.pk).accepted_count == 1
    assert Post.objects.get(pk=answers[1].pk).accepted_at is not None
    assert not Topic.objects.visible(viewer_for(moderator)).filter(pk=made.pk).exists()
    assert not Topic.objects.miscounted().exists()


def test_the_question_is_never_split_off(topic: Topic, answers: list[Post], moderator: User) -> None:
    question = Post.objects.get(topic=topic, position=1)
    assert splitting.split(topic, [question], moderator, title=TITLE, reason="A reason.") is None
    assert not Act.objects.exists()


def test_merged_posts_stand_by_time_below_the_question_and_the_address_leads_on(
    topic: Topic, answers: list[Post], other: Topic, moderator: User, client_of: ClientOf
) -> None:
    permalink = Post.objects.get(topic=other, position=2)
    old, old_post = other.url, f"/forums/finance/post/{permalink.pk}/"
    assert splitting.merge(other, topic, moderator, "Asked before.")
    assert splitting.merge(other, topic, moderator, "Asked before.") is False
    said = [body for _position, body in bodies(topic)]
    assert said[0] == "Half of the customers do not use it."
    assert said[-2:] == ["Asked again", "Said again"]
    assert [position for position, _body in bodies(topic)] == list(range(1, 8))
    topic.refresh_from_db()
    assert (topic.post_count, topic.reply_count) == (7, 6)
    assert client_of(None).get(old)["Location"] == topic.url
    assert f"#post-{permalink.pk}" in client_of(None).get(old_post)["Location"]
    assert not Topic.objects.visible(viewer_for(moderator)).filter(pk=other.pk).exists()
    assert not SearchEntry.objects.filter(key=f"topic:{other.pk}").exists()
    assert not Topic.objects.miscounted().exists()


def test_a_merge_is_taken_back(topic: Topic, answers: list[Post], other: Topic, moderator: User) -> None:
    before = bodies(topic), bodies(other)
    splitting.merge(other, topic, moderator, "A reason.")
    late = PostFactory(topic=topic, body="Said after the merge")
    assert trail.undo(Act.objects.get(), moderator)
    assert bodies(other) == before[1]
    assert bodies(topic) == [*before[0], (len(before[0]) + 1, late.body)]
    assert Topic.objects.visible(VISITOR).filter(pk=other.pk).exists()
    assert not Topic.objects.miscounted().exists()


def test_what_was_merged_twice_leads_to_the_last_topic(
    topic: Topic, other: Topic, board: BoardPage, moderator: User, client_of: ClientOf
) -> None:
    last = TopicFactory(board=board, title="The last of all questions")
    old = other.url
    splitting.merge(other, topic, moderator, "A reason.")
    splitting.merge(topic, last, moderator, "A reason.")
    assert client_of(None).get(old)["Location"] == last.url


def test_the_address_of_a_topic_that_went_where_somebody_may_not_look_leads_nowhere(
    topic: Topic, private_topic: Topic, moderator: User, client_of: ClientOf
) -> None:
    old = topic.url
    splitting.merge(topic, private_topic, moderator, "A reason.")
    assert client_of(None).get(old).status_code == 404


def test_moderators_split_and_merge_on_pages_and_others_find_none(
    topic: Topic, answers: list[Post], other: Topic, member: User, moderator: User, client_of: ClientOf
) -> None:
    address = f"/forums/finance/moderate/topic/{topic.pk}"
    client = client_of(moderator)
    assert client_of(member).get(f"{address}/split/").status_code == 404
    page = client.post(f"{address}/split/", {"title": TITLE, "reason": "Another."}).content.decode()
    assert "Choose at least one post." in page
    data = {"title": TITLE, "reason": "Another.", "posts": [answers[0].pk]}
    made = Topic.objects.get(pk=int(client.post(f"{address}/split/", data)["Location"].split("/")[-2].split("-")[0]))
    assert bodies(made) == [(1, "Answer 1")]
    page = client.post(f"{address}/merge/", {"target": topic.url, "reason": "Same."}).content.decode()
    assert "This is the topic itself" in page
    page = client.post(f"{address}/merge/", {"target": "/forums/x/", "reason": "Same."}).content.decode()
    assert "There is no topic at this address." in page
    response = client.post(
        f"{address}/merge/", {"target": f"https://portal.example{other.url}?page=1", "reason": "Same."}
    )
    assert response["Location"] == other.url


def test_marks_of_what_was_read_stand_before_the_first_unread_post_wherever_posts_go(
    topic: Topic, answers: list[Post], other: Topic, member: User, moderator: User
) -> None:
    def mark(of: Topic) -> int:
        found = ReadMark.objects.filter(member=member, topic=of).values_list("position", flat=True).first()
        return found or 0

    marks.read_up_to(member.pk, topic.pk, 4)
    made = splitting.split(topic, [answers[1], answers[3]], moderator, title=TITLE, reason="A reason.")
    assert made
    assert (mark(topic), mark(made)) == (3, 1)
    trail.undo(Act.objects.get(name="forums.split"), moderator)
    assert mark(topic) == 4
    splitting.merge(other, topic, moderator, "A reason.")
    assert mark(topic) == 4
    marks.read_up_to(member.pk, topic.pk, 7)
    trail.undo(Act.objects.get(name="forums.merge"), moderator)
    assert (mark(topic), mark(other)) == (5, 2)


def test_who_follows_or_has_the_problem_and_what_was_asked_before_goes_along_with_a_merge(
    topic: Topic, other: Topic, board: BoardPage, member: User, moderator: User, other_member: User
) -> None:
    again = TopicFactory(board=board, title="Asked for the third time")
    keeping.mark_duplicate(again, other)
    keeping.mark_duplicate(topic, other)
    watching.watch(moderator.pk, "topic", str(other.pk))
    helping.affected(other, moderator)
    helping.affected(other, member)
    splitting.merge(other, topic, moderator, "A reason.")
    topic.refresh_from_db()
    again.refresh_from_db()
    assert topic.duplicate_of is None
    assert again.duplicate_of == topic
    # Its asker has the problem anyway.
    assert topic.affected_count == 1
    assert Watch.objects.active().filter(member=moderator, kind="topic", key=str(topic.pk)).exists()
    assert helping.recount() == 0


def test_answers_that_were_accepted_stay_so_in_the_question_that_takes_them(
    topic: Topic, answers: list[Post], other: Topic, moderator: User
) -> None:
    services.accept(topic, answers[0])
    services.accept(other, Post.objects.get(topic=other, position=2))
    splitting.merge(other, topic, moderator, "A reason.")
    topic.refresh_from_db()
    assert topic.accepted_count == 2
    trail.undo(Act.objects.get(), moderator)
    assert [Topic.objects.get(pk=one.pk).accepted_count for one in (topic, other)] == [1, 1]
    assert not Topic.objects.miscounted().exists()


def test_a_hidden_topic_is_not_shown_by_being_merged(
    topic: Topic, other: Topic, moderator: User, client_of: ClientOf
) -> None:
    moderation.hide_topic(other, moderator, "A reason.")
    address = f"/forums/finance/moderate/topic/{other.pk}/merge/"
    page = client_of(moderator).post(address, {"target": topic.url, "reason": "Same."}).content.decode()
    assert "its posts would be seen there" in page
    assert Topic.objects.get(pk=other.pk).merged_into is None
