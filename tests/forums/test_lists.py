"""Lists of topics: what each holds, pages by key that stay where they are while people write, and what is new."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forums import lists, marks, moderation, services, unread
from forums.lists import Asked
from forums.models import BoardPage, CaughtUp, Post, ReadMark, Topic
from forums.querysets import Show
from portal.accounts.models import User
from portal.core.viewer import VISITOR, Viewer, viewer_for
from portal.notifications import services as notifications
from taxonomy.models import Ancestry, Concept, Scheme
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def titles(asked: Asked, viewer: Viewer = VISITOR, **keys: str) -> list[str]:
    return [row.title for row in lists.page(asked, viewer, **keys).rows]


def make(board: BoardPage, number: int) -> list[Topic]:
    """Topics that were last alive a minute apart, the first one longest ago."""
    start = timezone.now() - timedelta(days=2)
    return [
        TopicFactory(board=board, title=f"Question number {place}", at=start + timedelta(minutes=place))
        for place in range(number)
    ]


def through(asked: Asked, viewer: Viewer = VISITOR) -> list[str]:
    """The titles of all pages, by their links to older ones."""
    found, page = [], lists.page(asked, viewer)
    while True:
        found += [row.title for row in page.rows]
        if not page.older:
            return found
        page = lists.page(asked, viewer, after=page.older.removeprefix("after="))


def test_pages_by_key_hold_every_topic_once_in_order(board: BoardPage) -> None:
    made = make(board, 45)
    newest_first = [topic.title for topic in reversed(made)]
    assert through(Asked(board_id=board.pk)) == newest_first
    assert through(Asked()) == newest_first


def test_topics_of_the_same_moment_are_told_apart_by_their_number(board: BoardPage) -> None:
    at = timezone.now() - timedelta(days=1)
    made = [TopicFactory(board=board, title=f"Question number {place}", at=at) for place in range(25)]
    assert through(Asked(board_id=board.pk)) == [topic.title for topic in reversed(made)]


def test_pinned_topics_stand_first_however_many_there_are(board: BoardPage) -> None:
    made = make(board, 50)
    Topic.objects.filter(pk__in=[topic.pk for topic in made[:22]]).update(pinned=True)
    expected = [topic.title for topic in (*reversed(made[:22]), *reversed(made[22:]))]
    assert through(Asked(board_id=board.pk)) == expected


def test_who_reads_on_while_people_write_meets_no_topic_twice_and_misses_none(board: BoardPage) -> None:
    made = make(board, 45)
    asked = Asked(board_id=board.pk)
    first = lists.page(asked, VISITOR)
    PostFactory(topic=made[44])
    PostFactory(topic=made[3])
    TopicFactory(board=board, title="A question in the meantime")
    second = lists.page(asked, VISITOR, after=first.older.removeprefix("after="))
    assert [row.title for row in second.rows] == [f"Question number {place}" for place in range(24, 4, -1)]
    back = lists.page(asked, VISITOR, before=second.newer.removeprefix("before="))
    # Nothing but the two that came up, the one from the meantime, and the rest of the first page: that is page one.
    assert back.newer
    assert [row.title for row in back.rows][-1] == "Question number 25"


def test_the_page_before_the_second_is_the_first_with_what_is_pinned(board: BoardPage) -> None:
    made = make(board, 30)
    moderation_pinned = made[0]
    Topic.objects.filter(pk=moderation_pinned.pk).update(pinned=True)
    asked = Asked(board_id=board.pk)
    first = lists.page(asked, VISITOR)
    second = lists.page(asked, VISITOR, after=first.older.removeprefix("after="))
    back = lists.page(asked, VISITOR, before=second.newer.removeprefix("before="))
    assert [row.title for row in back.rows] == [row.title for row in first.rows]
    assert back.newer == ""


@pytest.mark.parametrize(
    "text", ["", "x", "1", "-", "p-", "1-", "9" * 18 + "-1", "²-1", "1-" + "9" * 19, "0-0", "p0-0"]
)
def test_a_key_that_nobody_made_is_none_or_leads_nowhere(text: str, topic: Topic) -> None:
    for name in ("after", "before"):
        response = Client().get("/forums/finance/", {name: text})
        assert response.status_code == 200


def test_each_list_holds_what_it_says(
    board: BoardPage, member: User, other_member: User, private_topic: Topic, moderator: User
) -> None:
    waiting = TopicFactory(board=board, author=member, title="Nobody has answered this")
    solved = TopicFactory(board=BoardFactory(slug="other"), title="Somebody solved this")
    services.accept(solved, PostFactory(topic=solved, author=other_member))
    asked_before = TopicFactory(board=board, title="This was asked before")
    Topic.objects.filter(pk=asked_before.pk).update(duplicate_of=solved)
    hidden = TopicFactory(board=board, title="Hidden words", hidden=True)
    reader = viewer_for(other_member)
    notifications.watch(other_member.pk, "topic", str(solved.pk))
    notifications.watch(other_member.pk, "topic", str(private_topic.pk))
    notifications.watch(other_member.pk, "topic", str(waiting.pk))
    notifications.unwatch(other_member.pk, "topic", str(waiting.pk))
    assert set(titles(Asked())) == {waiting.title, solved.title, asked_before.title}
    assert titles(Asked(Show.UNANSWERED)) == [waiting.title]
    assert titles(Asked(Show.UNANSWERED, board.pk)) == [waiting.title]
    assert titles(Asked(Show.SOLVED)) == [solved.title]
    assert titles(Asked(Show.SOLVED, board.pk)) == []
    assert titles(Asked(Show.FOLLOWING), reader) == [solved.title]
    assert titles(Asked(Show.FOLLOWING)) == []
    assert hidden.title in titles(Asked(), viewer_for(moderator))


def test_a_list_by_concept_holds_what_is_about_narrower_ones(board: BoardPage, visitor_client: Client) -> None:
    scheme = Scheme.objects.create(slug="subject", title="Subject")
    wide, narrow = (Concept.objects.create(scheme=scheme, slug=name, title=name) for name in ("money", "charging"))
    Ancestry.objects.get_or_create(concept=narrow, ancestor=wide, depth=1)
    about = TopicFactory(board=board, concepts=[narrow], title="How do we charge for it?")
    TopicFactory(board=board, title="Something else altogether")
    assert titles(Asked(concept_id=wide.pk)) == [about.title]
    assert titles(Asked(board_id=board.pk, concept_id=narrow.pk)) == [about.title]
    text = visitor_client.get("/forums/finance/").content.decode()
    assert 'href="/forums/finance/?concept=charging"' in text
    assert visitor_client.get("/forums/latest/?concept=nothing").status_code == 404
    assert "Questions about money" in visitor_client.get("/forums/latest/?concept=money").content.decode()


def test_the_pages_lead_on_without_javascript_and_keep_what_was_chosen(board: BoardPage) -> None:
    make(board, 21)
    text = Client().get("/forums/latest/?show=unanswered").content.decode()
    older = re.search(r'href="(/forums/latest/\?show=unanswered&amp;after=[^"]+)" rel="next"', text)
    assert older
    second = Client().get(older[1].replace("&amp;", "&")).content.decode()
    assert "Question number 0" in second
    assert re.search(r'href="/forums/latest/\?show=unanswered&amp;before=[^"]+" rel="prev"', second)
    assert 'href="/forums/latest/?show=unanswered">Newest' in second


def news(topic: Topic, user: User) -> tuple[int, str]:
    """How many posts of the topic are new to a member, and where the first of them stands."""
    listed = lists.page(Asked(), viewer_for(user))
    unread.mark_rows(listed.rows, viewer_for(user))
    row = next(row for row in listed.rows if row.pk == topic.pk)
    return row.new, row.new_url


def test_what_was_written_after_a_member_joined_is_new_until_the_member_has_read_it(
    board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    old = TopicFactory(board=board, author=other_member, at=timezone.now() - timedelta(days=400))
    topic = TopicFactory(board=board, author=other_member)
    posts = [PostFactory(topic=topic, author=other_member) for _ in range(2)]
    assert news(old, member) == (0, "")
    assert news(topic, member) == (3, topic.posts.get(position=1).url)
    assert news(topic, other_member) == (0, ""), "one's own words are not new"
    client = client_of(member)
    client.get(topic.url)
    assert news(topic, member) == (0, "")
    late = PostFactory(topic=old, author=other_member)
    assert news(old, member) == (1, late.url)
    more = PostFactory(topic=topic, author=other_member)
    assert news(topic, member) == (1, more.url)
    text = client.get("/forums/finance/").content.decode()
    assert f'href="{more.url}">1 new' in text
    assert len(posts) == 2


def test_reading_the_second_page_marks_up_to_its_last_post_and_a_mark_never_goes_back(
    topic: Topic, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    posts = [PostFactory(topic=topic, author=moderator) for _ in range(42)]
    client = client_of(other_member)
    client.get(f"{topic.url}?page=2")
    assert ReadMark.objects.get().position == 40
    assert news(topic, other_member) == (3, posts[39].url)
    client.get(topic.url)
    assert marks.read_up_to(other_member.pk, topic.pk, 7) is False
    assert ReadMark.objects.get().position == 40
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{topic.url}?page=2")
    assert not [query for query in captured if "INSERT" in query["sql"]]


def test_hidden_posts_are_not_new(topic: Topic, other_member: User, moderator: User) -> None:
    marks.read_up_to(other_member.pk, topic.pk, 1)
    post = PostFactory(topic=topic, author=moderator)
    shown = PostFactory(topic=topic, author=moderator)
    moderation.hide_post(post, moderator, "A reason.")
    assert news(topic, other_member) == (1, shown.url)


def test_a_board_or_everything_can_be_marked_as_read(
    topic: Topic, board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    elsewhere = TopicFactory(board=BoardFactory(slug="other"), author=member)
    client = client_of(other_member)
    marks.read_up_to(other_member.pk, topic.pk, 1)
    assert client.post("/forums/finance/read/")["Location"] == "/forums/finance/"
    assert news(topic, other_member) == (0, "")
    assert news(elsewhere, other_member)[0] == 1
    assert not ReadMark.objects.exists(), "the marks before that moment say nothing more"
    PostFactory(topic=topic, author=member)
    assert news(topic, other_member)[0] == 1
    assert client.post("/forums/read/")["Location"] == "/forums/latest/"
    assert news(topic, other_member) == news(elsewhere, other_member) == (0, "")
    assert CaughtUp.objects.get().board is None
    assert marks.catch_up(other_member.pk, None, at=timezone.now() - timedelta(days=1)) is False
    assert client_of(None).post("/forums/read/")["Location"].startswith("/accounts/login/")


def test_as_many_queries_for_a_page_of_topics_with_news_as_for_one(
    board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    def count(user: User | None) -> int:
        client = client_of(user)
        client.get("/forums/latest/?x=1")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/forums/latest/?x=1").status_code == 200
        return len(captured)

    TopicFactory(board=board, author=other_member)
    before = count(None), count(member)
    for _ in range(25):
        PostFactory(topic=TopicFactory(board=board, author=other_member), author=other_member)
    assert (count(None), count(member)) == before
    assert before[0] <= 12
    assert before[1] <= 12
    assert Post.objects.count() > 50


def plans_of(read: Callable[[], object]) -> list[str]:
    """How the database finds the topics that `read` asks for, with its values bound as they are in life."""
    asked: list[tuple[str, Any]] = []

    def keep(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        if 'FROM "forums_topic"' in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        read()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0][0]}", asked[0][1])
        return [str(row[-1]) for row in cursor.fetchall()]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's way of saying how it reads")
@pytest.mark.parametrize("place", ["first", "after", "before"])
@pytest.mark.parametrize(
    ("on_board", "show", "index"),
    [
        (True, Show.ALL, "forums_topic_by_activity"),
        (True, Show.UNANSWERED, "forums_topic_unanswered"),
        (True, Show.SOLVED, "forums_topic_solved"),
        (False, Show.ALL, "forums_topic_newest"),
        (False, Show.UNANSWERED, "forums_topic_waiting"),
        (False, Show.SOLVED, "forums_topic_best"),
    ],
)
def test_every_list_is_read_in_the_order_of_an_index(
    place: str, on_board: bool, show: Show, index: str, board: BoardPage
) -> None:
    """Whatever stands before the twenty, and however many topics there are, nothing else is read and nothing sorted; of
    all boards the twenty are chosen by themselves, and sorted again when they are joined with their boards."""
    key = str(lists.Key(False, timezone.now(), 5))
    keys = {} if place == "first" else {place: key}
    asked = Asked(show, board.pk if on_board else None)
    plan = plans_of(lambda: lists.page(asked, VISITOR, **keys))
    read = [step for step in plan if "forums_topic" in step and "INDEX" in step]
    assert index in read[0], plan
    assert sum("TEMP B-TREE" in step for step in plan) == (0 if on_board else 1), plan
    assert on_board or plan[0] == "SEARCH forums_topic USING INTEGER PRIMARY KEY (rowid=?)", plan
