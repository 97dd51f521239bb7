"""What moderators and leads do is opened by the second factor, as elsewhere; what members report is not."""

from collections.abc import Callable

import pytest
from django.test import Client, override_settings

from forums.models import Post, Topic
from portal.accounts.models import User

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def test_moderators_and_leads_prove_it_first_and_reporters_do_not(
    topic: Topic, post: Post, led_topic: Topic, lead: User, moderator: User, member: User, client_of: ClientOf
) -> None:
    board = topic.url.rsplit("/", 2)[0]
    addresses = [
        "/moderation/",
        "/moderation/log/",
        f"/moderation/things/post/{post.pk}/",
        f"/moderation/members/{member.pk}/",
        f"{board}/moderate/topic/{topic.pk}/split/",
        f"{board}/moderate/post/{post.pk}/edit/",
        f"{board}/records/json/",
    ]
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        for address in addresses:
            location = client_of(moderator).get(address).headers.get("Location", "")
            assert location.startswith("/accounts/2fa/"), address
        for address in ("/moderation/", f"/moderation/things/topic/{led_topic.pk}/"):
            assert client_of(lead).get(address).headers["Location"].startswith("/accounts/2fa/"), address
        client_of(moderator).post(addresses[2], {"do": "deed", "deed": "hide", "reason": "Advertising."})
        assert not Post.objects.get(pk=post.pk).hidden
        assert client_of(member).get(f"/moderation/report/post/{post.pk}/").status_code == 200


def test_leads_hide_and_take_back_in_their_section(led_topic: Topic, lead: User, client_of: ClientOf) -> None:
    from portal.moderation.models import Act

    client, page = client_of(lead), f"/moderation/things/topic/{led_topic.pk}/"
    client.post(page, {"do": "deed", "deed": "hide", "reason": "Not for here."})
    assert Topic.objects.get(pk=led_topic.pk).hidden
    assert "Not for here." in client.get("/moderation/log/").content.decode()
    client.post(f"/moderation/log/{Act.objects.get().pk}/undo/")
    assert not Topic.objects.get(pk=led_topic.pk).hidden
