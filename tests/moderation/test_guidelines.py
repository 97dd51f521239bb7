"""Guidelines: asked for before the next post, in the version that is in force, and nothing typed is lost."""

from collections.abc import Callable

import pytest
from django.test import Client

from forums.models import Post, Topic
from portal.accounts.models import User
from portal.moderation import guidelines
from portal.moderation.models import Acceptance

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def test_members_are_asked_once_a_version_and_their_text_is_kept(
    topic: Topic, other_member: User, client_of: ClientOf
) -> None:
    client, url = client_of(other_member), f"/forums/finance/topic/{topic.pk}/answer/"
    version = guidelines.publish("Be *kind*.")
    page = client.post(url, {"body": "My long words"}).content.decode()
    assert "Please accept the community's guidelines first" in page.replace("&#x27;", "'").replace("’", "'")
    assert "My long words" in page
    assert not Post.objects.filter(body="My long words").exists()
    client.post(url, {"body": "My long words", f"guidelines_{version.pk}": "on"})
    assert Post.objects.filter(body="My long words").exists()
    assert Acceptance.objects.get().guidelines == version
    client.post(url, {"body": "More words"})
    assert Post.objects.filter(body="More words").exists()
    guidelines.publish("Be kind and brief.", news="Be brief.")
    page = client.post(url, {"body": "Even more words"}).content.decode()
    assert "Be brief." in page
    assert not Post.objects.filter(body="Even more words").exists()


def test_a_version_that_asks_nobody_counts_for_who_accepted_an_earlier_one(member: User, other_member: User) -> None:
    first = guidelines.publish("Be kind.")
    guidelines.accept(member, first)
    assert guidelines.accept(member, first) is False
    second = guidelines.publish("Be kind!", must_accept=False)
    assert guidelines.owed(member.pk) is None
    assert guidelines.owed(other_member.pk) == second


def test_the_version_in_force_can_be_read_by_everybody(home: object, client_of: ClientOf) -> None:
    assert client_of(None).get("/moderation/guidelines/").status_code == 404
    guidelines.publish("Be *kind*.")
    assert "<em>kind</em>" in client_of(None).get("/moderation/guidelines/").content.decode()


def test_moderators_publish_versions_in_the_admin_and_editors_do_not(
    editor: User, moderator: User, client_of: ClientOf
) -> None:
    url = "/admin/moderation/guidelines/new/"
    data = {"text": "Be kind.", "news": "", "must_accept": "on"}
    client_of(editor).post(url, data)
    assert guidelines.present() is None
    client_of(moderator).post(url, data)
    version = guidelines.present()
    assert version
    assert "<p>Be kind.</p>" in version.html


def test_who_joins_accepts_the_version_in_force(home: object, client_of: ClientOf) -> None:
    version = guidelines.publish("Be kind.")
    data = {
        "email": "new@example.org",
        "password1": "a few words that nobody guesses",
        "name": "A new clerk",
        "affiliation": "government",
        "organisation": "",
    }
    page = client_of(None).post("/accounts/signup/", data).content.decode()
    assert "Tick this box to join." in page
    assert not User.objects.filter(email="new@example.org").exists()
    client_of(None).post("/accounts/signup/", {**data, guidelines.field_name(version): "on"})
    assert guidelines.owed(User.objects.get(email="new@example.org").pk) is None
