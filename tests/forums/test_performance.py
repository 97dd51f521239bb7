"""As many queries for four times the rows, and not more than the budget."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forums import counting, helping, keeping, mentions, searchable, services
from forums.models import Attachment, AttachmentText, BoardPage, Post, PutForward, Topic
from portal.accounts.models import User
from taxonomy.models import Concept, Scheme
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory, attached

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


@pytest.fixture
def concept(db: None) -> Concept:
    scheme, _ = Scheme.objects.get_or_create(slug="topic", defaults={"title": "Topic"})
    return Concept.objects.create(scheme=scheme, slug="governance", title="governance")


def queries(client: Client, url: str, **asked: str) -> int:
    # "x" is no key that selects a page, so the page cache stands aside.
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url, {"x": "1", **asked}).status_code == 200
    return len(captured)


def fill(board: BoardPage, author: User, concept: Concept, topics: int) -> None:
    for _ in range(topics):
        topic = TopicFactory(board=board, author=author, concepts=[concept])
        services.accept(topic, PostFactory(topic=topic, author=author))


@pytest.mark.parametrize(("signed_in", "budget"), [(False, 12), (True, 15)])
def test_a_board_list(
    signed_in: bool, budget: int, board: BoardPage, member: User, concept: Concept, client_of: ClientOf
) -> None:
    client = client_of(member if signed_in else None)
    fill(board, member, concept, 4)
    queries(client, "/forums/finance/")
    before = queries(client, "/forums/finance/")
    fill(board, member, concept, 12)
    assert queries(client, "/forums/finance/") == before <= budget


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_index(signed_in: bool, board: BoardPage, member: User, concept: Concept, client_of: ClientOf) -> None:
    client = client_of(member if signed_in else None)
    fill(board, member, concept, 1)
    TopicFactory(board=board, author=member)
    client.get("/forums/")
    TopicFactory(board=board, author=member)
    anew, kept = queries(client, "/forums/"), queries(client, "/forums/")
    for _ in range(3):
        more = BoardFactory()
        fill(more, member, concept, 3)
        TopicFactory(board=more, author=member)
    # The first who comes after a change reads the boards, the others what the first has read.
    assert queries(client, "/forums/") == anew
    assert queries(client, "/forums/") == kept <= 12


@pytest.mark.parametrize(("who", "budget"), [("visitor", 12), ("member", 15), ("moderator", 16)])
def test_a_topic_of_twenty_posts(
    who: str, budget: int, topic: Topic, concept: Concept, member: User, moderator: User, client_of: ClientOf
) -> None:
    client = client_of({"visitor": None, "member": member, "moderator": moderator}[who])
    topic.concepts.add(concept)
    Topic.objects.update(about=topic.board)
    for _ in range(4):
        services.accept(topic, PostFactory(topic=topic, author=member))
    queries(client, topic.url)
    before = queries(client, topic.url)
    for _ in range(15):
        PostFactory(topic=topic, author=moderator)
    # How far a member has read is written once, after the page is sent.
    queries(client, topic.url)
    assert queries(client, topic.url) == before <= budget


@pytest.fixture
def long_topic(topic: Topic, concept: Concept, member: User, other_member: User, moderator: User) -> Topic:
    """Three pages on which posts have what they may have, with accepted answers on all of them."""
    topic.concepts.add(concept)
    Topic.objects.update(about=topic.board)
    for number in range(2, 61):
        words = f"Thanks, {mentions.written(member.name, member.pk)}"
        post = PostFactory(topic=topic, author=other_member, body=words)
        attached(post, other_member)
        helping.helped(post, moderator)
        if number in (5, 25, 45):
            services.accept(topic, post)
    return topic


@pytest.mark.parametrize(("who", "budget"), [("visitor", 12), ("member", 15), ("moderator", 16)])
@pytest.mark.parametrize("page", ["1", "2", "3"])
def test_each_page_of_a_long_topic(
    page: str, who: str, budget: int, long_topic: Topic, group_member: User, moderator: User, client_of: ClientOf
) -> None:
    client = client_of({"visitor": None, "member": group_member, "moderator": moderator}[who])
    client.get(long_topic.url, {"x": "1", "page": page})
    assert queries(client, long_topic.url, page=page) <= budget


def test_what_few_topics_have_costs_a_query_each(
    long_topic: Topic, board: BoardPage, member: User, group_member: User, client_of: ClientOf
) -> None:
    client = client_of(group_member)
    client.get(long_topic.url, {"x": "1", "page": "2"})
    before = queries(client, long_topic.url, page="2")
    keeping.mark_duplicate(TopicFactory(board=board), long_topic)
    assert queries(client, long_topic.url, page="2") == before + 1
    for post in long_topic.posts.all():
        PutForward.objects.create(post=post, kind="term", key="1", by=member)
    assert queries(client, long_topic.url, page="2") == before + 2
    # Links that stand alone are shown as cards: of pages, and of what is none.
    for post in long_topic.posts.all():
        services.edit(post, body=f"See\n\n{long_topic.url}\n\nwhich is this.")
    client.get(long_topic.url, {"x": "1", "page": "2"})
    assert queries(client, long_topic.url, page="2") == before + 4


def test_recording_topics_for_search(
    board: BoardPage, member: User, concept: Concept, django_assert_num_queries: Callable[[int], object]
) -> None:
    def record() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert all(searchable.topic_record(topic) for topic in searchable.topics())
        return len(captured)

    def with_files(number: int) -> None:
        fill(board, member, concept, number)
        for post in Post.objects.filter(attachments=None):
            unread, read = (
                Attachment.objects.create(post=post, key=f"{post.pk}{name}", name=name, media_type="text/plain", size=1)
                for name in ("a.txt", "b.txt")
            )
            AttachmentText.objects.create(attachment=read, text=f"Not {unread.name}")

    with_files(3)
    before = record()
    with_files(9)
    assert record() == before == 5


def test_recounting_reads_all_topics_at_once(board: BoardPage, member: User, concept: Concept) -> None:
    fill(board, member, concept, 12)
    with CaptureQueriesContext(connection) as captured:
        assert counting.recount() == 0
    assert len([query for query in captured if query["sql"].startswith("SELECT")]) == 1
