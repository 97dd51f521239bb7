"""All questions as one list that can be searched and narrowed; and a question that was begun elsewhere."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forums import services
from forums.models import TITLE_LENGTH, BoardPage, Topic
from portal.accounts.models import User
from portal.search.services import reindex
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
LIST = "/forums/questions/"


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def recorded(topic: Topic) -> Topic:
    reindex([f"topic:{topic.pk}"])
    return topic


def test_questions_of_every_board_are_listed_newest_first(
    recorded: Topic, index: object, visitor_client: Client
) -> None:
    other = TopicFactory(board=BoardFactory(title="Counties", slug="counties"), title="Who chairs the customer board?")
    reindex([f"topic:{other.pk}"])
    html = text_of(visitor_client, LIST)
    assert "2 topics" in html
    assert html.index(other.title) < html.index(recorded.title)
    assert "Counties" in html
    assert LIST in text_of(visitor_client, "/forums/")


def test_words_find_questions_with_the_place_of_the_words(recorded: Topic, visitor_client: Client) -> None:
    PostFactory(topic=recorded, body="We use a pangolin for that.")
    reindex([f"topic:{recorded.pk}"])
    html = text_of(visitor_client, f"{LIST}?q=pangolin")
    assert "1 topic" in html
    assert "<mark>pangolin</mark>" in html


def test_hidden_questions_and_those_of_closed_boards_are_not_listed(recorded: Topic, visitor_client: Client) -> None:
    Topic.objects.filter(pk=recorded.pk).update(hidden=True)
    reindex([f"topic:{recorded.pk}"])
    assert recorded.title not in text_of(visitor_client, LIST)


def test_the_list_costs_the_same_however_long_it_is(recorded: Topic, client_of: ClientOf, member: User) -> None:
    client = client_of(member)

    def cost() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    few = cost()
    topics = [TopicFactory(board=recorded.board) for _ in range(8)]
    reindex([f"topic:{topic.pk}" for topic in topics])
    assert cost() == few <= 15


def test_the_boards_stand_above_the_questions_with_their_filters(
    recorded: Topic, index: object, visitor_client: Client
) -> None:
    solved = TopicFactory(board=recorded.board, title="Who signs the agreement?")
    services.accept(solved, PostFactory(topic=solved))
    html = text_of(visitor_client, "/forums/")
    assert html.index('class="board"') < html.index('id="topics"') < html.index("data-facets")
    listed = html[html.index('id="topics"') :]
    assert "2 topics" in listed
    assert listed.index(solved.title) < listed.index(recorded.title)
    narrowed = text_of(visitor_client, "/forums/?answered=yes")
    assert 'class="board"' in narrowed
    listed = narrowed[narrowed.index('id="topics"') :]
    assert "1 topic" in listed
    assert solved.title in listed
    assert recorded.title not in listed


def test_the_filters_of_the_forums_count_only_what_one_may_see(
    recorded: Topic, private_topic: Topic, client_of: ClientOf, group_member: User
) -> None:
    TopicFactory(board=recorded.board, hidden=True)
    for who, total in ((None, "1 topic"), (group_member, "2 topics")):
        html = text_of(client_of(who), "/forums/")
        assert total in html[html.index('id="topics"') :]


def test_the_list_of_the_forums_goes_on_below_its_boards(
    recorded: Topic, index: object, visitor_client: Client
) -> None:
    for _ in range(10):
        TopicFactory(board=recorded.board)
    html = text_of(visitor_client, "/forums/?page=2")
    assert recorded.title in html[html.index('id="topics"') :]


def test_a_question_begun_elsewhere_goes_along_to_the_board(
    board: BoardPage, client_of: ClientOf, member: User
) -> None:
    words = 'Who pays for "exit" & entry?'
    chosen = text_of(client_of(member), f"/forums/ask/?q={quote(words)}")
    assert "finance/new/?q=Who+pays+for+%22exit%22+%26+entry%3F" in chosen
    form = text_of(client_of(member), f"/forums/finance/new/?q={quote(words)}")
    assert 'value="Who pays for &quot;exit&quot; &amp; entry?"' in form
    signed_out = client_of(None).get(f"/forums/finance/new/?q={quote(words)}")
    assert "q%3DWho" in signed_out["Location"]


def test_no_word_of_a_long_question_is_lost(board: BoardPage, client_of: ClientOf, member: User) -> None:
    words = "word " * 60
    response = client_of(member).get("/forums/finance/new/", {"q": words})
    initial = response.context["form"].initial
    assert initial["body"] == words.strip()
    assert len(initial["title"]) <= TITLE_LENGTH


def test_answers_are_still_posted_as_typed(board: BoardPage, client_of: ClientOf, member: User) -> None:
    data = {"title": "Who pays for exit?", "body": "We argue.", "do": "post"}
    assert client_of(member).post("/forums/finance/new/?q=other", data).status_code == 302
    assert Topic.objects.filter(title="Who pays for exit?").exists()
