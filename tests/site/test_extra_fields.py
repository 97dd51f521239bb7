"""Whatever else a form is sent with than what it asks for changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.forms import model_to_dict
from django.test import Client

from forums.models import Post, Topic
from portal.accounts.models import User
from tests.factories.forums import BoardFactory, PostFactory, TopicFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
LONG_AGO = "2001-01-01 00:00:00+00:00"


def extra(other: User, board_id: int, topic_id: int) -> dict[str, Any]:
    """What no form of members asks for: whose it is, where it stands, how it is judged, and who may do what."""
    of_writing = {
        "author": other.pk, "author_id": other.pk, "user": other.pk, "user_id": other.pk, "member": other.pk,
        "board": board_id, "board_id": board_id, "topic": topic_id, "topic_id": topic_id, "position": 1,
        "key": "taken", "slug": "taken", "held": "", "hidden": "on", "is_hidden": "on", "locked": "on", "pinned": "on",
        "accepted": "on", "is_accepted": "on", "accepted_at": LONG_AGO, "accepted_count": 9, "helped_count": 9,
        "post_count": 9, "summary": "Taken", "summary_html": "<b>Taken</b>", "html": "<b>Taken</b>",
        "created_at": LONG_AGO, "edited_at": LONG_AGO, "last_post_at": LONG_AGO, "deleted_at": LONG_AGO,
    }  # fmt: skip
    of_accounts = {
        "id": other.pk, "pk": other.pk, "is_staff": "on", "is_superuser": "on", "is_active": "", "groups": [1, 2, 3],
        "user_permissions": [1], "username": "taken", "email": "taken@example.org", "password": "taken",
        "date_joined": LONG_AGO, "last_login": LONG_AGO, "role_name": "Moderators",
    }  # fmt: skip
    return of_writing | of_accounts


def without(row: Any, *changing: str) -> dict[str, Any]:
    """All columns of a row as the database has it, but for those that the test's form is for."""
    fresh = type(row)._base_manager.filter(pk=row.pk).values().get()
    return {name: value for name, value in fresh.items() if name not in changing}


@pytest.fixture
def topic(home: object, member: User, other_member: User) -> Topic:
    """A member's question with the answer of another."""
    topic = TopicFactory(board=BoardFactory(title="Finance", slug="finance"), author=member)
    PostFactory(topic=topic, author=other_member)
    return Topic.objects.get(pk=topic.pk)


@pytest.fixture
def more(topic: Topic, other_member: User) -> dict[str, Any]:
    elsewhere = TopicFactory(board=BoardFactory(title="Closed", slug="closed"), author=other_member)
    return extra(other_member, elsewhere.board_id, elsewhere.pk)


def test_a_new_question_is_its_askers_and_stands_where_it_was_asked(
    topic: Topic, more: dict[str, Any], member: User, client_of: ClientOf
) -> None:
    plain = {"title": "Who chairs the customer board?", "body": "We argue.", "kind": "question", "do": "post"}
    client = client_of(member)
    client.post("/forums/finance/new/", {**plain, "title": "Who chairs the audit board?"})
    client.post("/forums/finance/new/", {**more, **plain})
    honest, asked = Topic.objects.filter(board=topic.board).exclude(pk=topic.pk).order_by("pk")
    own = ("id", "title", "slug", "created_at", "last_post_at")
    assert without(asked, *own) == without(honest, *own)
    assert asked.created_at.year > 2001
    posts = [without(found.posts.get(), "id", "topic_id", "created_at") for found in (honest, asked)]
    assert posts[0] == posts[1]


def test_an_answer_is_its_writers_and_neither_accepted_nor_older_than_it_is(
    topic: Topic, more: dict[str, Any], member: User, lead: User, client_of: ClientOf
) -> None:
    client = client_of(lead)
    for fields in ({}, more):
        client.post(f"/forums/finance/topic/{topic.pk}/answer/", {**fields, "body": "We do.", "do": "post"})
    honest, other = Post.objects.filter(author=lead).order_by("pk")
    own = ("id", "position", "created_at")
    assert without(other, *own) == without(honest, *own)
    assert (other.topic_id, other.position) == (topic.pk, honest.position + 1)
    assert other.created_at.year > 2001


def test_an_edit_changes_the_text_only(
    topic: Topic, more: dict[str, Any], other_member: User, client_of: ClientOf
) -> None:
    post = topic.posts.get(position=2)
    before, of_topic = without(post, "body", "html", "edited_at"), without(topic)
    answer = client_of(other_member).post(
        f"/forums/finance/post/{post.pk}/edit/", {**more, "title": "Taken", "body": "Anew.", "do": "post"}
    )
    assert answer.status_code == 302
    assert without(post, "body", "html", "edited_at") == before
    post.refresh_from_db()
    assert (post.body, post.html.strip()) == ("Anew.", "<p>Anew.</p>")
    assert post.edited_at is not None
    assert post.edited_at.year > 2001
    assert without(topic) == of_topic


def test_a_summary_is_of_this_topic_and_by_who_wrote_it(
    topic: Topic, more: dict[str, Any], moderator: User, other_member: User, client_of: ClientOf
) -> None:
    own = ("summary", "summary_html", "summary_by_id", "summary_at")
    before = without(topic, *own)
    typed = {**more, "summary_by": other_member.pk, "body": "We share one."}
    assert client_of(moderator).post(f"/forums/finance/summary/{topic.pk}/", typed).status_code == 302
    assert without(topic, *own) == before
    topic.refresh_from_db()
    assert (topic.summary, topic.summary_by) == ("We share one.", moderator)


def test_a_profile_changes_no_account_but_its_name(
    more: dict[str, Any], member: User, other_member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    form = client.get("/members/me/").context["form"]
    typed = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, "", False)}
    before, of_other = without(member, "name"), (without(other_member), list(other_member.groups.all()))
    groups = list(member.groups.all())
    answer = client.post("/members/me/", {**more, **typed, "name": "A new name"})
    assert answer.status_code == 302
    assert without(member, "name") == before
    assert User.objects.get(pk=member.pk).name == "A new name"
    assert list(member.groups.all()) == groups
    assert (without(other_member), list(other_member.groups.all())) == of_other
    assert model_to_dict(member, ["is_staff", "is_superuser"]) == {"is_staff": False, "is_superuser": False}


def test_who_signs_up_is_a_member_and_no_more(more: dict[str, Any], other_member: User, client_of: ClientOf) -> None:
    typed = {
        "email": "new@example.org", "password1": "correct horse battery staple", "name": "New",
        "affiliation": "government", "digest": "weekly",
    }  # fmt: skip
    assert client_of(None).post("/accounts/signup/", {**more, **typed}).status_code == 302
    new = User.objects.get(email="new@example.org")
    assert (new.is_staff, new.is_superuser) == (False, False)
    assert [*new.groups.all(), *new.user_permissions.all()] == []
    assert new.date_joined.year > 2001
    assert not User.objects.filter(email="taken@example.org").exists()
