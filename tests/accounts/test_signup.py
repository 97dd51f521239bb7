"""Sign-up and sign-in: confirmed addresses, and never a word on who has an account."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import Affiliation, User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

TYPED = {
    "email": "new@example.org",
    "password1": "seven quiet otters",
    "name": "A county finance director",
    "affiliation": "government",
    "organisation": "A county",
    "website": "",
}


def sign_up(client: Client, **changes: str) -> HttpResponse:
    return client.post("/accounts/signup/", {**TYPED, **changes})  # type: ignore[return-value]


def link_in(message: mail.EmailMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/accounts/\S+)", str(message.body))
    assert found
    return found.group(1)


def shown(response: HttpResponse) -> str:
    """The page without what differs from one form to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def test_a_member_signs_up_confirms_and_signs_in(home: object, visitor_client: Client) -> None:
    response = sign_up(visitor_client)
    assert response.headers["Location"] == "/accounts/confirm-email/"
    member = User.objects.get(email="new@example.org")
    assert (member.name, member.affiliation, member.organisation) == (
        "A county finance director",
        Affiliation.GOVERNMENT,
        "A county",
    )
    link = link_in(mail.outbox[0])
    visitor_client.post(link)
    signed_in = visitor_client.post(
        "/accounts/login/", {"login": "new@example.org", "password": TYPED["password1"], "next": "/about/"}
    )
    assert signed_in.headers["Location"] == "/about/"


def test_an_address_that_is_not_confirmed_cannot_sign_in(home: object) -> None:
    sign_up(Client())
    client = Client()
    response = client.post("/accounts/login/", {"login": TYPED["email"], "password": TYPED["password1"]})
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert client.get("/accounts/").status_code == 302


def test_the_link_in_the_mail_changes_nothing_until_its_button_is_pressed(home: object, member: User) -> None:
    sign_up(Client())
    link = link_in(mail.outbox[0])
    reader = Client()
    reader.force_login(member)
    page = reader.get(link)
    assert page.status_code == 200
    assert "Yes, confirm the address" in page.content.decode()
    assert not EmailAddress.objects.get(email=TYPED["email"]).verified
    assert reader.get("/accounts/").status_code == 200, "somebody else's link signs nobody out"
    Client().post(link)
    assert EmailAddress.objects.get(email=TYPED["email"]).verified


def test_a_used_or_made_up_link_says_so(home: object) -> None:
    page = Client().get("/accounts/confirm-email/made-up/")
    assert page.status_code == 200
    assert "used already" in page.content.decode()


@pytest.mark.parametrize("field", ["email", "password1", "name", "affiliation"])
def test_what_is_missing_is_said_beside_the_field_and_above_the_form(home: object, field: str) -> None:
    page = sign_up(Client(), **{field: ""}).content.decode()
    assert "There is a problem" in page
    assert f'href="#id_{field}' in page
    assert field == "organisation" or not User.objects.exists()
    if field != "organisation":
        assert "A county" in page, "what was typed is kept"


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "new@example.org"])
def test_weak_passwords_are_refused(home: object, password: str) -> None:
    assert sign_up(Client(), password1=password).status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["Zoë Ångström", "ایک مالیاتی ڈائریکٹر", "財務部長", "O'Brien <b>", "x" * 120])
def test_any_name_is_taken_as_it_is(home: object, name: str) -> None:
    sign_up(Client(), name=name)
    assert User.objects.get().name == name


@pytest.mark.parametrize("name", ["\u200b\u200b", "   ", "x" * 121, "a\0b"])
def test_names_that_cannot_be_read_are_refused_with_a_sentence(home: object, name: str) -> None:
    response = sign_up(Client(), name=name)
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert not User.objects.exists()


def test_a_name_is_one_line_without_unseen_characters(home: object) -> None:
    sign_up(Client(), name="  A\u202e county\n\nclerk ")
    assert User.objects.get().name == "A county clerk"


def test_a_robot_that_fills_the_trap_gets_the_same_answer_and_no_account(home: object) -> None:
    response = sign_up(Client(), website="https://example.com")
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert not User.objects.exists()
    assert not mail.outbox


class TestWhoHasAnAccountIsNotTold:
    def test_by_signing_up(self, home: object, member: User) -> None:
        known, unknown = Client(), Client()
        answers = [sign_up(known, email=member.email), sign_up(unknown)]
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
        pages = [shown(client.get("/accounts/confirm-email/")) for client in (known, unknown)]  # type: ignore[arg-type]
        assert pages[0].replace(member.email, "…") == pages[1].replace(TYPED["email"], "…")
        assert set(answers[0].cookies) == set(answers[1].cookies)
        assert "already" in mail.outbox[0].subject

    def test_by_asking_for_a_new_password(self, home: object, member: User) -> None:
        answers = [
            Client().post("/accounts/password/reset/", {"email": email}, follow=True)
            for email in (member.email, "nobody@example.org")
        ]
        assert answers[0].redirect_chain == answers[1].redirect_chain
        assert shown(answers[0]) == shown(answers[1])  # type: ignore[arg-type]
        assert len(mail.outbox) == 2

    def test_by_signing_in_with_a_wrong_password(self, home: object, member: User) -> None:
        pages = [
            shown(Client().post("/accounts/login/", {"login": email, "password": "wrong"}))  # type: ignore[arg-type]
            for email in (member.email, "others@example.org")
        ]
        assert pages[0].replace(member.email, "") == pages[1].replace("others@example.org", "")

    def test_by_a_mail_server_that_is_away(self, home: object, member: User, settings: object) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
        for email in (member.email, "nobody@example.org"):
            assert Client().post("/accounts/password/reset/", {"email": email}).status_code == 302


def test_a_new_password_by_mail(home: object, member: User) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": member.email})
    link = link_in(mail.outbox[0])
    page = client.get(link, follow=True)
    assert member.check_password(PASSWORD), "reading the page changes nothing"
    where = page.redirect_chain[-1][0]
    client.post(where, {"password1": "eleven patient herons"})
    member.refresh_from_db()
    assert member.check_password("eleven patient herons")
    assert "no longer works" in Client().get(link, follow=True).content.decode()
    assert "was reset" in mail.outbox[-1].subject


def test_every_mail_comes_as_text_and_as_html_without_remote_parts(home: object, member: User) -> None:
    sign_up(Client())
    sign_up(Client(), email=member.email)
    Client().post("/accounts/password/reset/", {"email": member.email})
    Client().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert len(mail.outbox) == 4
    for message in mail.outbox:
        assert isinstance(message, mail.EmailMultiAlternatives)
        (html, kind), *_rest = message.alternatives
        assert kind == "text/html"
        assert "Common Ground" in str(html)
        assert "Common Ground" in str(message.body)
        assert "<img" not in str(html)
        assert "<link" not in str(html)
        assert link_in(message) in str(html)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example"],
)
def test_next_leads_nowhere_else(home: object, member: User, target: str) -> None:
    response = Client().post("/accounts/login/", {"login": member.email, "password": PASSWORD, "next": target})
    assert response.headers["Location"] == "/"


def test_signing_out_needs_a_post(home: object, member: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(member)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/accounts/").status_code == 200
    assert client.post("/accounts/logout/").headers["Location"] == "/"
    assert client.get("/accounts/").status_code == 302


def test_guessing_passwords_is_slowed_down(home: object, member: User) -> None:
    client = Client()
    for _attempt in range(6):
        client.post("/accounts/login/", {"login": member.email, "password": "wrong"})
    page = client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert page.status_code in {200, 429}
    assert client.get("/accounts/").status_code == 302


def test_a_closed_account_cannot_sign_in(home: object, member: User) -> None:
    User.objects.filter(pk=member.pk).update(is_active=False)
    client = Client()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert client.get("/accounts/").status_code == 302


def test_too_many_sign_ups_from_one_place_are_told_to_wait(home: object, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}  # type: ignore[attr-defined]
    sign_up(Client())
    response = sign_up(Client(), email="second@example.org")
    assert response.status_code == 429
    assert "Please wait" in response.content.decode()
