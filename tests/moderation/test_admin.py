"""Listed words in the admin: for moderators; and a version of the guidelines is never changed."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.moderation import guidelines
from portal.moderation.models import Filter, Guidelines

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def test_moderators_list_words_and_editors_do_not(editor: User, moderator: User, client_of: ClientOf) -> None:
    data = {"what": "word", "pattern": "cheap pills", "then": "refuse", "note": "Spam of June."}
    client_of(editor).post("/admin/moderation/filters/new/", data)
    assert not Filter.objects.exists()
    client_of(moderator).post("/admin/moderation/filters/new/", data)
    assert Filter.objects.get().pattern == "cheap pills"
    assert "cheap pills" in client_of(moderator).get("/admin/moderation/filters/").content.decode()
    assert "cheap pills" not in client_of(editor).get("/admin/moderation/filters/", follow=True).content.decode()


def test_what_members_accepted_is_not_changed(moderator: User, administrator: User, client_of: ClientOf) -> None:
    version = guidelines.publish("Be kind.")
    for user in (moderator, administrator):
        client_of(user).post(f"/admin/moderation/guidelines/edit/{version.pk}/", {"text": "Be rude."})
        client_of(user).post(f"/admin/moderation/guidelines/delete/{version.pk}/")
    assert Guidelines.objects.get().text == "Be kind."
