"""The name of an erased member stays in nothing that others wrote."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums import drafts, erasing, keeping, mentions, services
from forums.models import Draft, Post, PostVersion, Topic
from portal.accounts.models import User
from portal.core.viewer import VISITOR
from portal.search.contract import SearchQuery
from portal.search.services import search

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
NAME = "Quincy [the] Controller"


@pytest.fixture
def gone(other_member: User) -> User:
    User.objects.filter(pk=other_member.pk).update(name=NAME)
    return User.objects.get(pk=other_member.pk)


def quote(client: Client, post: Post) -> str:
    """What the answer form holds for who quotes the post."""
    return str(client.get(post.topic.url, {"quote": post.pk}).context["form"]["body"].value())


def test_mentions_of_an_erased_member_read_a_former_member_and_lead_nowhere(
    topic: Topic, member: User, gone: User, lead: User, client_of: ClientOf
) -> None:
    mention, other = mentions.written(gone.name, gone.pk), mentions.written(lead.name, lead.pk)
    post, _ = services.answer(topic, member, body=f"Before {mention}.")
    services.edit(post, body=f"Ask {mention} or {other}, and [the old page](/members/{gone.pk}/).")
    keeping.summarise(topic, f"{mention} knows.", member)
    drafts.save(member, f"answer:{topic.pk}", title="", body=f"Thanks, {mention}!")
    assert search(SearchQuery(text="Quincy"), VISITOR).hits
    pk = gone.pk
    gone.delete()
    post.refresh_from_db()
    assert post.body == f"Ask a former member or {other}, and a former member."
    assert mentions.mentioned(post.html) == [lead.pk]
    assert PostVersion.objects.get().body == "Before a former member."
    assert Draft.objects.get().body == "Thanks, a former member!"
    page = client_of(member).get(topic.url).content.decode()
    assert "Ask a former member or <a" in page
    assert "<p>a former member knows.</p>" in page
    assert "Quincy" not in page
    assert f"/members/{pk}/" not in page
    assert not search(SearchQuery(text="Quincy"), VISITOR).hits


def test_quotes_of_an_erased_member_say_that_a_former_member_wrote_it(
    topic: Topic, member: User, gone: User, lead: User, client_of: ClientOf
) -> None:
    by_gone, _ = services.answer(topic, gone, body="We share a **depot**.")
    by_lead, _ = services.answer(topic, lead, body="We do not.")
    client = client_of(member)
    quoting, _ = services.answer(topic, member, body=quote(client, by_gone) + quote(client, by_lead) + "Both work.")
    again, _ = services.answer(topic, lead, body=quote(client_of(lead), quoting) + "True.")
    assert "Quincy" in quoting.html
    User.objects.get(pk=gone.pk).delete()
    for post in (quoting, again):
        post.refresh_from_db()
        assert "Quincy" not in post.body + post.html
        assert "A former member wrote" in post.html
        assert f"{lead.name} wrote" in post.html
        assert "We share a **depot**." in post.body


def test_what_names_nobody_who_is_erased_stays_as_it_is_and_unedited(
    topic: Topic, member: User, gone: User, lead: User
) -> None:
    body = f"{mentions.written(lead.name, lead.pk)} and [somebody](/members/{gone.pk}0/), `[@x](/members/7/)`"
    post, _ = services.answer(topic, member, body=body)
    named, _ = services.answer(topic, member, body=mentions.written(gone.name, gone.pk))
    before, pk = Topic.objects.get(pk=topic.pk).last_post_at, gone.pk
    gone.delete()
    post.refresh_from_db()
    named.refresh_from_db()
    assert post.body == body
    assert named.edited_at is None
    assert Topic.objects.get(pk=topic.pk).last_post_at == before
    assert erasing.take_out.call(pk, []) == 0


def test_who_withheld_the_name_is_not_told_apart_by_being_erased(
    topic: Topic, member: User, gone: User, client_of: ClientOf
) -> None:
    secret, _ = services.ask(topic.board, gone, title="Who pays for this?", body="We do not know.", withheld=True)
    post = secret.posts.get()
    quoting, _ = services.answer(secret, member, body=quote(client_of(member), post) + "Nobody.")
    body = quoting.body
    assert "Name withheld wrote" in body
    gone.delete()
    quoting.refresh_from_db()
    assert quoting.body == body
