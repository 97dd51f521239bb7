"""Moderators find topics and posts in the admin, from where they are led to what can be done with them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from forums.models import BoardPage, ForumIndexPage, Post, Topic
from portal.accounts.models import User
from tests.factories.forums import BoardFactory

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def test_moderators_list_what_they_may_see(
    topic: Topic, private_topic: Topic, moderator: User, client_of: ClientOf
) -> None:
    client = client_of(moderator)
    for name in ("forums-topics:index", "forums-posts:index"):
        text = client.get(reverse(name)).content.decode()
        assert topic.title in text
        assert private_topic.title not in text
        assert client.get(reverse(name) + "?q=half&hidden=true&p=x").status_code == 200


@pytest.mark.parametrize("view", ["edit", "history", "usage"])
def test_what_stands_on_a_private_board_is_out_of_a_moderators_reach(
    view: str, private_topic: Topic, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    post = private_topic.posts.get()
    for name, pk in (("forums-topics", private_topic.pk), ("forums-posts", post.pk)):
        url = reverse(f"{name}:{view}", args=[pk])
        response = client_of(moderator).get(url, follow=True)
        assert private_topic.title not in response.content.decode()
        assert "Confidential" not in response.content.decode()
        assert client_of(administrator).get(url, follow=True).status_code == 200


def test_what_is_done_with_them_is_done_where_a_reason_is_asked_for(
    topic: Topic, moderator: User, client_of: ClientOf
) -> None:
    client = client_of(moderator)
    post = topic.posts.get()
    before = Topic.objects.values().get(), Post.objects.values().get()
    data = {"hidden": "on", "locked": "on", "title": "Changed", "body": "Changed"}
    for name, pk, address in (
        ("forums-topics", topic.pk, f"/moderation/things/topic/{topic.pk}/"),
        ("forums-posts", post.pk, f"/moderation/things/post/{post.pk}/"),
    ):
        assert client.get(reverse(f"{name}:edit", args=[pk]))["Location"] == address
        assert client.post(reverse(f"{name}:edit", args=[pk]), data)["Location"] == address
        assert client.get(reverse(f"{name}:history", args=[pk]))["Location"] == address
    assert (Topic.objects.values().get(), Post.objects.values().get()) == before


@pytest.mark.parametrize("name", ["forums-topics", "forums-posts"])
def test_nobody_writes_or_deletes_members_words_in_the_admin(
    name: str, topic: Topic, moderator: User, administrator: User, client_of: ClientOf
) -> None:
    pk = topic.pk if name == "forums-topics" else topic.posts.get().pk
    for user in (moderator, administrator):
        client = client_of(user)
        assert client.post(reverse(f"{name}:add"), {"title": "x"}).status_code in {302, 403, 404}
        assert client.post(reverse(f"{name}:delete", args=[pk])).status_code in {302, 403, 404}
    assert Topic.objects.count() == 1
    assert Post.objects.count() == 1


@pytest.mark.parametrize("who", ["member", "editor"])
def test_others_have_no_such_list(who: str, topic: Topic, client_of: ClientOf, request: pytest.FixtureRequest) -> None:
    response = client_of(request.getfixturevalue(who)).get(reverse("forums-topics:index"), follow=True)
    assert topic.title not in response.content.decode()


def test_a_board_with_topics_is_not_deleted(
    topic: Topic, index: ForumIndexPage, administrator: User, client_of: ClientOf
) -> None:
    client = client_of(administrator)
    for page in (topic.board, index):
        response = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert "Members have written here (topics: 1)" in response.content.decode()
    assert BoardPage.objects.exists()
    empty = BoardFactory(slug="empty")
    client.post(reverse("wagtailadmin_pages:delete", args=[empty.pk]))
    assert not BoardPage.objects.filter(pk=empty.pk).exists()


def test_an_editor_publishes_a_board(index: ForumIndexPage, administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    url = reverse("wagtailadmin_pages:add", args=["forums", "boardpage", index.pk])
    assert client.get(url).status_code == 200
    data = {"title": "New board", "slug": "new-board", "summary": "", "group": "topic", "order": "3", "lang": "en"}
    response = client.post(url, {**data, "action-publish": "1", "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0})
    assert response.status_code == 302
    assert client_of(None).get("/forums/new-board/").status_code == 200
