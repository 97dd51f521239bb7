"""Kinds of topics, what is like them already, and what they are about."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forums import listings, services
from forums.models import BoardPage, Topic
from forums.similar import similar
from portal.accounts.models import User
from portal.core.viewer import VISITOR, viewer_for
from portal.search.models import SearchEntry, SearchFacet
from taxonomy.models import Concept
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
BODY = "We argue about it every spring."


def asked(**changes: object) -> dict[str, object]:
    return {"title": "Who chairs the customer board?", "body": BODY, "do": "post", **changes}


@pytest.fixture
def shared_services(db: None) -> Concept:
    return concept("service charge", scheme=SchemeFactory(slug="topic", title="Topic"), slug="service-charge")


@pytest.mark.parametrize("kind", ["question", "discussion", "clinic"])
def test_a_member_chooses_the_kind_of_a_topic(kind: str, board: BoardPage, member: User, client_of: ClientOf) -> None:
    answer = client_of(member).post("/forums/finance/new/", asked(kind=kind))
    assert answer.status_code == 302
    assert Topic.objects.get().kind == kind


def test_who_does_not_choose_asks_a_question(board: BoardPage, member: User, client_of: ClientOf) -> None:
    client_of(member).post("/forums/finance/new/", asked())
    assert Topic.objects.get().is_question


def test_a_member_makes_no_announcement_and_a_moderator_does(
    board: BoardPage, member: User, moderator: User, client_of: ClientOf
) -> None:
    refused = client_of(member).post("/forums/finance/new/", asked(kind="announcement"))
    assert refused.status_code == 200
    assert not Topic.objects.exists()
    assert "announcement" not in client_of(member).get("/forums/finance/new/").content.decode()
    client_of(moderator).post("/forums/finance/new/", asked(kind="announcement"))
    assert Topic.objects.get().kind == Topic.Kind.ANNOUNCEMENT


def test_only_questions_wait_and_have_accepted_answers(board: BoardPage, member: User, other_member: User) -> None:
    talk = TopicFactory(board=board, author=member, kind=Topic.Kind.DISCUSSION)
    question = TopicFactory(board=board, author=member)
    assert [row.pk for row in listings.waiting(VISITOR)] == [question.pk]
    assert Topic.objects.visible(VISITOR).waiting().count() == 1
    post = PostFactory(topic=talk, author=other_member)
    assert not services.accept(talk, post)
    assert services.accept(question, PostFactory(topic=question, author=other_member))


def test_the_asker_of_a_discussion_sees_no_button_to_accept(
    board: BoardPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    talk = TopicFactory(board=board, author=member, kind=Topic.Kind.DISCUSSION)
    post = PostFactory(topic=talk, author=other_member)
    page = client_of(member).get(talk.url).content.decode()
    assert "Accept this answer" not in page
    assert '<span class="label">Discussion</span>' in page
    assert "Your reply" in page
    assert client_of(member).post(f"/forums/finance/post/{post.pk}/accept/").status_code == 404


def test_lists_and_search_say_of_what_kind_a_topic_is(board: BoardPage, member: User, client_of: ClientOf) -> None:
    talk = TopicFactory(board=board, author=member, kind=Topic.Kind.CLINIC)
    question = TopicFactory(board=board, author=member)
    assert '<span class="label">Problem clinic</span>' in client_of(None).get("/forums/finance/").content.decode()
    assert SearchEntry.objects.get(key=f"topic:{talk.pk}").label == "Problem clinic"
    assert SearchEntry.objects.get(key=f"topic:{question.pk}").label == ""
    answered = SearchFacet.objects.filter(facet="answered").values_list("entry__key", flat=True)
    assert set(answered) == {f"topic:{question.pk}"}


def test_one_word_in_common_is_enough_to_be_similar(board: BoardPage, member: User) -> None:
    topic = TopicFactory(board=board, author=member, title="Pricing of payroll when half opt out")
    TopicFactory(board=board, author=member, title="Nothing in common at all")
    found = similar("How is payroll invoiced elsewhere", viewer_for(member))
    assert [hit.pk for group in found for hit in group.hits] == [topic.pk]
    assert similar("pay", viewer_for(member)) == []


def test_similar_topics_of_a_private_board_are_for_its_members_only(
    private_topic: Topic, member: User, group_member: User, client_of: ClientOf
) -> None:
    address = "/forums/similar/?q=secret sharing"
    assert private_topic.title in client_of(group_member).get(address).content.decode()
    answer = client_of(member).get(address)
    assert answer.status_code == 200
    assert private_topic.title not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert client_of(None).get(address).status_code == 404


def test_similar_topics_show_with_the_preview_and_for_words_brought_along(
    topic: Topic, other_member: User, client_of: ClientOf
) -> None:
    client = client_of(other_member)
    preview = client.post("/forums/finance/new/", asked(title="Price of a service", do="preview"))
    assert topic.title in preview.content.decode()
    assert topic.title in client.get("/forums/finance/new/?q=price of a service").content.decode()


def test_similar_topics_among_many_take_few_queries(board: BoardPage, member: User, client_of: ClientOf) -> None:
    for number in range(30):
        TopicFactory(board=board, author=member, title=f"Price of service {number} for customers")
    client = client_of(member)
    address = "/forums/similar/?q=what price do customers pay for a service in the second year of the charter"
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.content.count(b"<li>") == 5
    assert len(captured) <= 25


@pytest.mark.parametrize(
    "typed", ["", "a", "\x00" * 20, "«»" * 40, '"' * 99, "x" * 100_000, "-a -b -c -d", "🦋🦋🦋🦋🦋"]
)
def test_any_title_is_looked_up(typed: str, topic: Topic, member: User, client_of: ClientOf) -> None:
    assert client_of(member).get("/forums/similar/", {"q": typed}).status_code == 200


def test_concepts_that_the_text_names_are_offered_and_the_ticked_ones_saved(
    board: BoardPage, member: User, shared_services: Concept, client_of: ClientOf
) -> None:
    client = client_of(member)
    body = "We raise a service charge on each invoice."
    page = client.post("/forums/finance/new/", asked(body=body, do="preview")).content.decode()
    assert f'name="concepts" value="{shared_services.pk}"' in page
    client.post("/forums/finance/new/", asked(body=body, concepts=[str(shared_services.pk)]))
    assert list(Topic.objects.get().concepts.all()) == [shared_services]


@pytest.mark.parametrize("key", ["0", "x", "-1", "9" * 30, "1e3"])
def test_what_is_no_concept_is_refused(key: str, board: BoardPage, member: User, client_of: ClientOf) -> None:
    answer = client_of(member).post("/forums/finance/new/", asked(concepts=[key]))
    assert answer.status_code == 200
    assert not Topic.objects.exists()


def test_the_asker_and_moderators_change_what_a_topic_is_about_and_nobody_else(
    topic: Topic, shared_services: Concept, member: User, other_member: User, moderator: User, client_of: ClientOf
) -> None:
    address = f"/forums/finance/concepts/{topic.pk}/"
    services.edit(topic.posts.get(), body="It is a service charge.")
    assert client_of(other_member).get(address).status_code == 404
    assert "service charge (Topic)" in client_of(member).get(address).content.decode()
    client_of(member).post(address, {"concepts": [str(shared_services.pk)]})
    assert list(topic.concepts.all()) == [shared_services]
    client_of(moderator).post(address, {"concepts": []})
    assert not topic.concepts.exists()
    assert not services.tag(topic, [])
