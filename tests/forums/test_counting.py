"""The index of boards shows numbers that are kept: right after every act and when it is taken back, in any order."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forums import counting, holding, keeping, listings, moderated, moderation, retention, services, splitting
from forums.models import BoardPage, BoardTally, ForumIndexPage, Post, Topic
from portal.accounts.models import User
from portal.core import ticks
from portal.core.viewer import VISITOR
from portal.moderation import trail
from portal.moderation.models import Act
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
Step = Callable[["World", int, int], object]


def kept() -> dict[int, tuple[int, int]]:
    """(topics, waiting) of each board that has any, as they are kept."""
    rows = BoardTally.objects.values_list("board_id", "topics", "waiting")
    return {board: (topics, waiting) for board, topics, waiting in rows if topics or waiting}


def real() -> dict[int, tuple[int, int]]:
    """The same, counted from the topics one by one."""
    found: dict[int, tuple[int, int]] = {}
    for topic in Topic.objects.filter(hidden=False):
        topics, waiting = found.get(topic.board_id, (0, 0))
        found[topic.board_id] = (topics + 1, waiting + Topic.objects.waiting().filter(pk=topic.pk).exists())
    return found


def shown(index: ForumIndexPage, board: BoardPage) -> tuple[int, int]:
    row = next(row for row in listings.board_rows(index, VISITOR) if row.title == board.title)
    return row.topics, row.waiting


def plan(sql: str) -> list[str]:
    """How SQLite reads."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


class World:
    """Two boards, a few people, and what they have written."""

    def __init__(self, member: User, other: User, moderator: User) -> None:
        self.boards = [BoardFactory(), BoardFactory()]
        self.people, self.moderator = [member, other], moderator
        self.hidden: list[object] = []

    def topic(self, number: int) -> Topic:
        found = list(Topic.objects.order_by("pk"))
        return found[number % len(found)] if found else TopicFactory(board=self.boards[0], author=self.people[0])

    def post(self, number: int) -> Post:
        found = list(Post.objects.order_by("pk").select_related("topic__board"))
        return found[number % len(found)] if found else PostFactory(author=self.people[0])

    def board(self, number: int) -> BoardPage:
        return self.boards[number % 2]

    def ask(self, one: int, other: int) -> None:
        kind = (Topic.Kind.QUESTION, Topic.Kind.QUESTION, Topic.Kind.DISCUSSION)[other % 3]
        held = "A listed word." if other % 5 == 0 else ""
        services.ask(self.board(one), self.people[other % 2], title="Who?", body="How?", kind=kind, held=held)

    def answer(self, one: int, other: int) -> None:
        ago = timedelta(days=other % 4)
        held = "A listed word." if other % 7 == 0 else ""
        author = self.people[other % 2]
        services.answer(self.topic(one), author, body="So.", at=timezone.now() - ago, held=held)

    def hide_all(self, one: int, other: int) -> None:
        self.hidden.append(moderated.hide_all(self.people[one % 2].pk))

    def show_all(self, one: int, other: int) -> None:
        if self.hidden and (data := self.hidden.pop()):
            moderated.show_all(data)  # type: ignore[arg-type]

    def undo(self, one: int, other: int) -> None:
        acts = list(Act.objects.filter(undone_at=None).order_by("-pk"))
        if acts:
            trail.undo(acts[one % len(acts)], self.moderator)

    def forget(self, one: int, other: int) -> None:
        old = timezone.now() - timedelta(days=400)
        gone = self.topic(one)
        Post.objects.filter(topic=gone).update(created_at=old)
        Topic.objects.filter(pk=gone.pk).update(created_at=old)
        with transaction.atomic():
            services.settle(gone)
        BoardPage.objects.update(kept_months=6)
        retention.forget_old()


STEPS: dict[str, Step] = {
    "ask": World.ask,
    "answer": World.answer,
    "hide post": lambda world, one, other: moderation.hide_post(world.post(one), world.moderator, "A reason."),
    "show post": lambda world, one, other: moderation.unhide_post(world.post(one), world.moderator, "A reason."),
    "hide topic": lambda world, one, other: moderation.hide_topic(world.topic(one), world.moderator, "A reason."),
    "show topic": lambda world, one, other: moderation.unhide_topic(world.topic(one), world.moderator, "A reason."),
    "lock": lambda world, one, other: moderation.lock(world.topic(one), world.moderator, "A reason."),
    "unlock": lambda world, one, other: moderation.unlock(world.topic(one), world.moderator, "A reason."),
    "move": lambda world, one, other: moderation.move(
        world.topic(one), world.board(other), world.moderator, "A reason."
    ),
    "approve": lambda world, one, other: holding.approve(world.post(one), world.moderator, "A reason."),
    "reject": lambda world, one, other: holding.reject(world.post(one), world.moderator, "A reason."),
    "accept": lambda world, one, other: services.accept(world.topic(one), world.post(other)),
    "unaccept": lambda world, one, other: services.unaccept(world.post(one).topic, world.post(one)),
    "duplicate": lambda world, one, other: keeping.mark_duplicate(world.topic(one), world.topic(other)),
    "no duplicate": lambda world, one, other: keeping.unmark_duplicate(world.topic(one)),
    "split": lambda world, one, other: splitting.split(
        world.post(one).topic, [world.post(one)], world.moderator, title="Another question", reason="A reason."
    ),
    "merge": lambda world, one, other: splitting.merge(
        world.topic(one), world.topic(other), world.moderator, "A reason."
    ),
    "hide all": World.hide_all,
    "show all": World.show_all,
    "delete": lambda world, one, other: world.topic(one).delete(),
    "forget old": World.forget,
    "undo": World.undo,
}
number = st.integers(min_value=0, max_value=30)
steps = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), number, number), min_size=4, max_size=12)


@settings(
    max_examples=int(os.environ.get("EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=steps)
def test_whatever_is_done_the_tallies_are_what_one_would_count(
    acts: list[tuple[str, int, int]], index: ForumIndexPage, member: User, other_member: User, moderator: User
) -> None:
    with transaction.atomic():
        world = World(member, other_member, moderator)
        for _ in range(3):
            TopicFactory(board=world.boards[0], author=member)
        for name, one, other in acts:
            STEPS[name](world, one, other)
            assert not Topic.objects.miscounted().exists(), name
            assert kept() == real(), name
        transaction.set_rollback(True)


def test_the_index_says_what_is_shown_and_what_waits(index: ForumIndexPage, board: BoardPage, moderator: User) -> None:
    assert shown(index, board) == (0, 0)
    asked, _answered = TopicFactory(board=board), PostFactory(topic=TopicFactory(board=board))
    TopicFactory(board=board, kind=Topic.Kind.DISCUSSION)
    TopicFactory(board=board, hidden=True)
    assert shown(index, board) == (3, 1)
    moderation.hide_topic(asked, moderator, "A reason.")
    assert shown(index, board) == (2, 0)
    trail.undo(Act.objects.latest("pk"), moderator)
    assert shown(index, board) == (3, 1)


def test_what_is_held_is_counted_when_it_is_approved(
    index: ForumIndexPage, board: BoardPage, member: User, moderator: User
) -> None:
    held, _ = services.ask(board, member, title="Who?", body="How?", held="A listed word.")
    assert shown(index, board) == (0, 0)
    holding.approve(held.posts.get(), moderator, "A reason.")
    assert shown(index, board) == (1, 1)


def test_a_moved_topic_is_counted_where_it_stands(index: ForumIndexPage, board: BoardPage, moderator: User) -> None:
    topic, elsewhere = TopicFactory(board=board), BoardFactory(title="Elsewhere")
    moderation.move(topic, elsewhere, moderator, "A reason.")
    assert (shown(index, board), shown(index, elsewhere)) == ((0, 0), (1, 1))


def test_who_publishes_a_board_takes_no_numbers_back(index: ForumIndexPage, board: BoardPage) -> None:
    written = board.save_revision()
    TopicFactory(board=board)
    written.publish()
    assert shown(index, board) == (1, 1)


def test_a_question_waits_again_when_what_it_repeats_is_deleted(index: ForumIndexPage, board: BoardPage) -> None:
    old = timezone.now() - timedelta(days=400)
    asked_before, asked_again = TopicFactory(board=board, at=old), TopicFactory(board=board)
    keeping.mark_duplicate(asked_again, asked_before)
    assert shown(index, board) == (2, 1)
    BoardPage.objects.filter(pk=board.pk).update(kept_months=6)
    retention.forget_old()
    assert shown(index, board) == (1, 1)
    assert not Topic.objects.miscounted().exists()


def test_a_question_waits_again_however_what_it_repeats_is_deleted(index: ForumIndexPage, board: BoardPage) -> None:
    asked_before, asked_again = TopicFactory(board=board), TopicFactory(board=board)
    keeping.mark_duplicate(asked_again, asked_before)
    Topic.objects.get(pk=asked_before.pk).delete()
    assert shown(index, board) == (1, 1)
    assert not Topic.objects.miscounted().exists()


def test_at_night_wrong_tallies_are_set_right_and_said(index: ForumIndexPage, board: BoardPage) -> None:
    topic = TopicFactory(board=board)
    assert (counting.recount(), counting.recount_boards()) == (0, 0)
    BoardTally.objects.update(topics=7, waiting=5)
    assert counting.recount_boards() == 1
    assert shown(index, board) == (1, 1)
    Topic.objects.filter(pk=topic.pk).update(hidden=True)
    assert (counting.recount(), counting.recount_boards()) == (1, 0)
    assert shown(index, board) == (0, 0)
    BoardTally.objects.all().delete()
    Topic.objects.filter(pk=topic.pk).update(hidden=False)
    assert counting.recount() == 1
    assert shown(index, board) == (1, 1)
    assert {"forums.recount", "forums.recount_boards"} <= {job.name for job in ticks.jobs()}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite says in these words how it reads")
def test_the_index_reads_two_topics_of_each_board_however_many_there_are(
    index: ForumIndexPage, board: BoardPage
) -> None:
    TopicFactory(board=board)
    with CaptureQueriesContext(connection) as captured:
        listings.board_rows(index, VISITOR)
    assert len(captured) == 2
    plans = [plan(query["sql"]) for query in captured]
    # Only by their own key, and two of each board by its index: whatever reads topics otherwise grows with them.
    topics = [line for lines in plans for line in lines if " U0 " in line or "forums_topic" in line]
    assert len(topics) == 3
    assert all("(rowid=?)" in line or "(board_id=? AND pinned=?)" in line for line in topics)


def test_a_reply_costs_as_much_in_a_long_topic_as_in_a_short_one(
    topic: Topic, member: User, other_member: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "count", lambda topic_ids: pytest.fail("The posts are read to count them."))
    client = client_of(member)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(f"{topic.board.url}topic/{topic.pk}/answer/", {"body": "We did.", "do": "post"})
        assert answer.status_code == 302
        return len([query for query in captured if "django_session" not in query["sql"]])

    statements()
    before = statements()
    for _ in range(12):
        PostFactory(topic=topic, author=other_member)
    assert statements() == before
    topic.refresh_from_db()
    assert (topic.post_count, topic.reply_count) == (16, 15)
    assert not Topic.objects.miscounted().exists()


def test_an_answer_that_is_older_than_others_leaves_the_last_post_the_last(topic: Topic, member: User) -> None:
    newest = PostFactory(topic=topic, author=member)
    PostFactory(topic=topic, author=member, at=timezone.now() - timedelta(days=3))
    topic.refresh_from_db()
    assert topic.last_post_at == newest.created_at
    assert not Topic.objects.miscounted().exists()
