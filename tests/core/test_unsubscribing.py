"""The link that ends letters, for any room: what is registered ends, and nothing that was not signed here."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from portal.core import unsubscribing
from portal.core.unsubscribing import Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the weekly letters that were ended; who has key "gone" is no more."""
    keys: list[str] = []

    def end(key: str) -> bool:
        keys.append(key)
        return True

    def find(key: str) -> Subscription | None:
        return None if key == "gone" else Subscription("News <weekly>", "/news/", key not in keys)

    monkeypatch.setattr(unsubscribing, "_kinds", {})
    unsubscribing.register("weekly", find=find, end=end)
    return keys


def test_a_link_asks_first_and_ends_what_it_names_once_pressed(ended: list[str], visitor_client: Client) -> None:
    address = unsubscribing.address_of("weekly", 7)
    page = visitor_client.get(address).content.decode()
    assert "We mail you about “News &lt;weekly&gt;”." in page
    assert ended == []
    assert "You get no more of these letters" in visitor_client.post(address).content.decode()
    assert ended == ["7"]
    assert "<button class" not in visitor_client.get(address).content.decode().split("<main")[1].split("</main")[0]


def test_headers_name_an_absolute_address_and_one_click(ended: list[str]) -> None:
    message = EmailMultiAlternatives("Subject", "Body", to=["a@example.org"])
    unsubscribing.add_headers(message, unsubscribing.address_of("weekly", 7))
    headers = message.message()
    assert str(headers["List-Unsubscribe"]).startswith("<http://localhost:8000/unsubscribe/weekly-7:")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_gone_forged_or_of_no_room_gets_a_404(method: str, ended: list[str], visitor_client: Client) -> None:
    good = unsubscribing.address_of("weekly", 7)
    for address in (
        unsubscribing.address_of("weekly", "gone"),
        unsubscribing.address_of("daily", 7),
        good.replace("weekly-7", "weekly-8"),
        good[:-2] + "/",
        "/unsubscribe/%00/",
    ):
        assert getattr(visitor_client, method)(address).status_code == 404, address
    assert ended == []
    assert not unsubscribing.end("weekly-7")
