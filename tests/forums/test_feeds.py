"""Atom feeds of boards, concepts and questions: what visitors see of public boards, and nothing of any other."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forums import moderation, services
from forums.models import BoardPage, Post, Topic
from portal.accounts.models import User
from taxonomy.models import Concept, Scheme
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client: Client, url: str) -> list[tuple[str, str]]:
    """(title, author) of each entry."""
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own words
    return [
        (str(entry.findtext(f"{ATOM}title")), entry.findtext(f"{ATOM}author/{ATOM}name") or "")
        for entry in root.iter(f"{ATOM}entry")
    ]


def test_a_board_and_a_question_have_feeds_and_name_them(
    topic: Topic, other_member: User, moderator: User, visitor_client: Client
) -> None:
    hidden = PostFactory(topic=topic, author=other_member)
    moderation.hide_post(hidden, moderator, "A reason.")
    PostFactory(topic=topic, author=other_member)
    TopicFactory(board=topic.board, title="Hidden words here", hidden=True)
    assert entries(visitor_client, "/forums/finance/feed/") == [(topic.title, "A county finance director")]
    assert entries(visitor_client, f"/forums/finance/feed/{topic.pk}/") == [
        (f"Answer 2: {topic.title}", "A city procurement officer"),
        (topic.title, "A county finance director"),
    ]
    assert 'href="/forums/finance/feed/"' in visitor_client.get("/forums/finance/").content.decode()
    assert f'href="/forums/finance/feed/{topic.pk}/"' in visitor_client.get(topic.url).content.decode()


def test_a_concept_has_a_feed_of_all_public_boards(board: BoardPage, private_board: BoardPage) -> None:
    scheme = Scheme.objects.create(slug="subject", title="Subject")
    money = Concept.objects.create(scheme=scheme, slug="money", title="money")
    about = TopicFactory(board=board, concepts=[money])
    TopicFactory(board=private_board, concepts=[money], title="Secret sharing question")
    TopicFactory(board=board, title="Something else altogether")
    assert [title for title, _author in entries(Client(), "/forums/feed/?concept=money")] == [about.title]
    assert Client().get("/forums/feed/?concept=nothing").status_code == 404
    assert 'href="/forums/feed/?concept=money"' in Client().get("/forums/latest/?concept=money").content.decode()


def test_an_entry_keeps_its_id_whatever_its_topic_is_called_and_wherever_it_is_moved(
    topic: Topic, moderator: User
) -> None:
    def ids(board: BoardPage) -> list[list[str | None]]:
        urls = (f"{board.url}feed/", f"{board.url}feed/{topic.pk}/")
        roots = [ElementTree.fromstring(Client().get(url).content) for url in urls]  # noqa: S314 - our own words
        return [[entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")] for root in roots]

    PostFactory(topic=topic)
    before = ids(topic.board)
    assert [len(set(some)) for some in before] == [1, 2]
    assert all(str(one).startswith("tag:") for some in before for one in some)
    services.edit(Post.objects.get(topic=topic, position=1), body="Other words", title="Another title")
    elsewhere = BoardFactory()
    moderation.move(topic, elsewhere, moderator, "A reason.")
    assert ids(elsewhere) == before


def test_what_waits_for_a_moderator_is_in_no_feed_and_markup_is_safe(board: BoardPage, topic: Topic) -> None:
    PostFactory(topic=topic, body="Held words", held="A first post.")
    services.ask(board, None, title="A held question", body="Held words", held="A first post.")
    PostFactory(topic=topic, body="<script>alert(1)</script> [x](javascript:alert(1)) **Bold**")
    for url in ("/forums/finance/feed/", f"/forums/finance/feed/{topic.pk}/", "/forums/feed/"):
        feed = Client().get(url).content.decode()
        assert "eld words" not in feed
        assert "held question" not in feed
        assert "&lt;script" not in feed
        assert 'href="javascript' not in feed
    assert "&lt;strong&gt;Bold&lt;/strong&gt;" in Client().get(f"/forums/finance/feed/{topic.pk}/").content.decode()


def test_a_private_board_has_no_feed_even_for_its_members(
    private_topic: Topic, topic: Topic, group_member: User, client_of: ClientOf
) -> None:
    for user in (None, group_member):
        client = client_of(user)
        assert client.get("/forums/privacy-group/feed/").status_code == 404
        assert client.get(f"/forums/privacy-group/feed/{private_topic.pk}/").status_code == 404
        assert client.get(f"/forums/finance/feed/{private_topic.pk}/").status_code == 404
        assert [title for title, _author in entries(client, "/forums/feed/")] == [topic.title]
    assert "feed/" not in client_of(group_member).get("/forums/privacy-group/").content.decode()
    assert 'href="/forums/finance/feed/"' in client_of(group_member).get("/forums/finance/").content.decode()


def test_a_withheld_name_is_in_no_feed(topic: Topic, member: User) -> None:
    PostFactory(topic=topic, author=member)
    Topic.objects.update(withheld=True)
    Post.objects.update(withheld=True)
    for url in ("/forums/finance/feed/", f"/forums/finance/feed/{topic.pk}/", "/forums/feed/"):
        assert {author for _title, author in entries(Client(), url)} == {""}


def test_a_reader_that_has_the_feed_is_told_so(topic: Topic, member: User, client_of: ClientOf) -> None:
    for user in (None, member):
        client = client_of(user)
        first = client.get("/forums/finance/feed/")
        again = client.get("/forums/finance/feed/", headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304
        PostFactory(topic=topic)
        assert client.get("/forums/finance/feed/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_as_many_queries_for_fifty_entries_as_for_one(topic: Topic) -> None:
    def count(url: str) -> int:
        client = Client()
        client.get(url, {"x": "1"})
        with CaptureQueriesContext(connection) as captured:
            client.get(url, {"x": "1"})
        return len(captured)

    urls = ("/forums/finance/feed/", f"/forums/finance/feed/{topic.pk}/", "/forums/feed/")
    before = [count(url) for url in urls]
    for _ in range(8):
        PostFactory(topic=topic)
        TopicFactory(board=topic.board)
    assert [count(url) for url in urls] == before
