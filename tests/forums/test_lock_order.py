"""Whoever writes locks in one order: two who write at the same moment never wait for one another."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forums import asking_people, holding, keeping, moderation, retention, services, splitting
from forums.models import Attachment, BoardPage, Post, Topic
from portal.accounts.models import User
from portal.moderation import deciding, kinds, sanctions
from portal.moderation import services as cases
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory, attached

pytestmark = pytest.mark.django_db

LAST = "the index of search is locked"
GENERATION = 'UPDATE "core_cachegeneration"'


@pytest.fixture(autouse=True)
def held_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite locks no rows: what would lock the index elsewhere is said among the statements."""

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT '{LAST}'")

    monkeypatch.setattr("portal.search.services.hold", hold)


def written(act: Callable[[], object]) -> list[str]:
    """In which order `act`, which must change something, writes: what belongs to the topic, its tally, the rest."""
    with CaptureQueriesContext(connection) as captured:
        assert act() not in {False, None, ""}
    kinds = []
    for query in captured:
        sql = query["sql"]
        if LAST in sql or sql.startswith(GENERATION):
            kinds.append("last")
        elif '"forums_boardtally"' in sql and not sql.startswith("SELECT"):
            kinds.append("tally")
        elif sql.startswith(('UPDATE "forums_topic"', 'UPDATE "forums_post"')):
            kinds.append("topic")
    return list(dict.fromkeys(kinds))


def in_order(kinds: list[str]) -> bool:
    return kinds == [kind for kind in ("topic", "tally", "last") if kind in kinds] and "last" in kinds


def test_what_members_do_locks_the_tally_before_what_everybody_needs(
    board: BoardPage, topic: Topic, member: User, other_member: User, moderator: User
) -> None:
    def files() -> list[Attachment]:
        return [attached(None, other_member)]

    post, earlier = PostFactory(topic=topic, author=other_member), TopicFactory(board=board)
    for_question, for_answer, for_held, for_edit = files(), files(), files(), files()
    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: services.ask(board, other_member, title="Who?", body="How?", files=for_question),
        "answer": lambda: services.answer(topic, other_member, body="So.", files=for_answer),
        "held": lambda: services.answer(topic, other_member, body="So.", held="A first post.", files=for_held),
        "edit": lambda: services.edit(post, body="Other words", files=for_edit),
        "accept": lambda: services.accept(topic, post),
        "unaccept": lambda: services.unaccept(topic, post),
        "duplicate": lambda: keeping.mark_duplicate(topic, earlier),
    }
    for name, act in acts.items():
        assert in_order(written(act)), name


def test_what_moderators_do_locks_in_the_same_order(
    board: BoardPage, topic: Topic, other_member: User, moderator: User
) -> None:
    elsewhere = BoardFactory()
    other, held = TopicFactory(board=board), PostFactory(topic=topic, held="A first post.")
    first, second = PostFactory(topic=topic), PostFactory(topic=topic)
    acts: dict[str, Callable[[], object]] = {
        "hide post": lambda: moderation.hide_post(first, moderator, "A reason."),
        "show post": lambda: moderation.unhide_post(first, moderator, "A reason."),
        "approve": lambda: holding.approve(held, moderator, "A reason."),
        "split": lambda: splitting.split(topic, [second], moderator, reason="A reason.", title="Another question"),
        "move": lambda: moderation.move(topic, elsewhere, moderator, "A reason."),
        "merge": lambda: splitting.merge(topic, other, moderator, "A reason."),
        "hide": lambda: moderation.hide_topic(other, moderator, "A reason."),
    }
    for name, act in acts.items():
        assert in_order(written(act)), name


def test_a_topic_that_goes_locks_in_the_same_order_and_its_followers_wait_again(
    board: BoardPage, moderator: User
) -> None:
    old, merged, again = (TopicFactory(board=board) for _ in range(3))
    splitting.merge(merged, old, moderator, "A reason.")
    keeping.mark_duplicate(again, old)
    ago = timezone.now() - timedelta(days=400)
    Post.objects.filter(topic=old).update(created_at=ago)
    Topic.objects.filter(pk=old.pk).update(last_post_at=ago)
    BoardPage.objects.update(kept_months=6)
    assert in_order(written(retention.forget_old))
    assert list(Topic.objects.all()) == [again]
    assert not Topic.objects.miscounted().exists()


def statements(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured]


def first(sql: list[str], words: str) -> int:
    return next(place for place, statement in enumerate(sql) if words in statement)


def test_a_case_is_settled_after_its_topic_is_locked(topic: Topic, member: User, moderator: User) -> None:
    post = PostFactory(topic=topic, author=member)
    found = kinds.handled([("post", str(post.pk))])["post", str(post.pk)]
    case = cases.report(found, moderator, "spam")[0].case
    sql = statements(lambda: deciding.decide(found, case, "hide", moderator, "Advertising."))
    assert first(sql, 'FROM "forums_topic"') < first(sql, 'UPDATE "moderation_case"')
    assert Post.objects.get(pk=post.pk).hidden


def test_a_purge_locks_what_was_written_in_every_room_before_it_writes_what_everybody_needs(
    topic: Topic, other_member: User, moderator: User
) -> None:
    PostFactory(topic=topic, author=other_member)
    until = timezone.now() + timedelta(days=7)
    sql = statements(lambda: sanctions.purge(other_member, moderator, "Spam.", until))
    shared = first(sql, GENERATION)
    for table in ("forums_topic", "members_profile", "taxonomy_proposal", "taxonomy_remark"):
        assert first(sql, f'FROM "{table}"') < shared, table


def test_who_asks_somebody_locks_the_account_before_the_topic(topic: Topic, member: User, other_member: User) -> None:
    sql = statements(lambda: asking_people.ask(topic, other_member, member))
    assert first(sql, 'FROM "accounts_user"') < first(sql, 'FROM "forums_topic"')
