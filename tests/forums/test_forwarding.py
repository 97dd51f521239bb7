"""A good answer is put forward as a term: once, with credit and a link back, and never out of a private board."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums import forwarding
from forums.models import Post, PutForward, Topic
from portal.accounts.models import User
from portal.core import nominating
from taxonomy.models import Proposal, Scheme
from tests.factories.forums import PostFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


@pytest.fixture
def scheme(db: None) -> Scheme:
    return Scheme.objects.create(slug="subject", title="Subject")


@pytest.fixture
def answer(topic: Topic, other_member: User) -> Post:
    return PostFactory(topic=topic, author=other_member, body="Idle capacity is what is **paid for** and not used.")


def test_an_answer_becomes_the_proposal_of_a_term_with_credit_and_a_link_back(
    answer: Post, scheme: Scheme, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    choice = f"/forums/finance/forward/{answer.pk}/"
    assert f'href="{choice}"' in client.get(answer.topic.url).content.decode()
    assert f'href="{choice}term/"' in client.get(choice).content.decode()
    url = f"{choice}term/"
    assert "What should it be called?" in client.get(url).content.decode()
    response = client.post(url, {"title": "idle capacity", "place": scheme.pk})
    assert response["Location"] == answer.url
    proposal = Proposal.objects.get()
    assert (proposal.title, proposal.proposer, proposal.scheme) == ("idle capacity", member, scheme)
    assert proposal.wanted["definition"] == answer.body
    assert "A city procurement officer" in proposal.reason_html
    assert f'href="/forums/finance/post/{answer.pk}/"' in proposal.sources_html
    text = Client().get(answer.topic.url).content.decode()
    assert f'href="{proposal.url}"' in text
    client.post(url, {"title": "idle capacity again", "place": scheme.pk})
    assert Proposal.objects.count() == PutForward.objects.count() == 1


def test_what_the_vocabulary_refuses_is_said_and_nothing_is_kept(
    answer: Post, scheme: Scheme, member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    url = f"/forums/finance/forward/{answer.pk}/term/"
    for typed in ({"title": "", "place": scheme.pk}, {"title": "x", "place": ""}, {"title": "??!", "place": scheme.pk}):
        assert "Put this answer forward" in client.post(url, typed).content.decode()
    assert not Proposal.objects.exists()
    assert not PutForward.objects.exists()


def test_words_of_a_private_board_and_questions_are_not_put_forward(
    private_topic: Topic, topic: Topic, scheme: Scheme, group_member: User, client_of: ClientOf
) -> None:
    secret = PostFactory(topic=private_topic, author=group_member)
    client = client_of(group_member)
    assert "forward/" not in client.get(private_topic.url).content.decode()
    for url in (
        f"/forums/privacy-group/forward/{secret.pk}/",
        f"/forums/privacy-group/forward/{secret.pk}/term/",
        f"/forums/finance/forward/{topic.posts.get().pk}/",
        f"/forums/finance/forward/{topic.posts.get().pk}/term/",
        f"/forums/finance/forward/{topic.posts.get().pk}/nothing/",
    ):
        assert client.post(url, {"title": "secret", "place": scheme.pk}).status_code == 404
    assert not Proposal.objects.exists()


def test_a_hidden_proposal_is_named_to_nobody(answer: Post, scheme: Scheme, member: User) -> None:
    kind = nominating.find("term")
    assert kind
    forwarding.put_forward(answer, kind, member, title="idle capacity", place=str(scheme.pk))
    Proposal.objects.update(hidden=True)
    assert "idle capacity" not in Client().get(answer.topic.url).content.decode()


def test_who_withheld_the_name_gets_no_credit_by_name(answer: Post, scheme: Scheme, other_member: User) -> None:
    Topic.objects.update(withheld=True, author=other_member)
    Post.objects.update(withheld=True)
    kind = nominating.find("term")
    assert kind
    forwarding.put_forward(answer, kind, other_member, title="idle capacity", place=str(scheme.pk))
    assert "procurement" not in Proposal.objects.get().reason_html


def test_nobody_puts_more_forward_in_an_hour_than_editors_can_read(
    answer: Post, scheme: Scheme, member: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forums.limits.PUT_FORWARD_AN_HOUR", 1)
    client = client_of(member)
    url = f"/forums/finance/forward/{answer.pk}/term/"
    client.post(url, {"title": "??!", "place": scheme.pk})
    page = client.post(url, {"title": "idle capacity", "place": scheme.pk}).content.decode()
    assert "many answers forward within the hour" in page
    assert 'value="idle capacity"' in page
    assert not Proposal.objects.exists()
