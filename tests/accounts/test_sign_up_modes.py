"""Who may make an account: everybody, some domains, after approval, or by invitation. No answer says who has one."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from portal.accounts import checks, services
from portal.accounts.models import User, WaitingAccount
from portal.settings.guard import fatal_problems
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

EMAIL = "new@example.org"
LIST = "/admin/waiting-accounts/"


def sign_up(client: Client, **changes: str) -> HttpResponse:
    typed = {
        "email": EMAIL,
        "password1": "seven quiet otters",
        "name": "A county finance director",
        "affiliation": "government",
        "organisation": "A county",
        "website": "",
    }
    return client.post("/accounts/signup/", {**typed, **changes})  # type: ignore[return-value]


def shown(response: Any) -> str:
    """The page without what differs from one form to the next."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return re.sub(r"[\w.+-]+@example\.(org|gov)", "ADDRESS", text)


def confirm(client: Client) -> HttpResponse:
    found = re.search(r"/accounts/confirm-email/\S+", str(mail.outbox[-1].body))
    assert found
    return client.post(found.group())  # type: ignore[return-value]


@pytest.fixture
def by_domain() -> Iterator[None]:
    with override_settings(SIGNUP_MODE="domains", SIGNUP_DOMAINS=["agency.gov", "county.gov"]):
        yield


@pytest.fixture
def by_approval() -> Iterator[None]:
    with override_settings(SIGNUP_MODE="approval"):
        yield


@pytest.fixture
def asked(home: object, by_approval: None) -> User:
    """Somebody who asked for an account and confirmed the address."""
    client = Client()
    sign_up(client)
    confirm(client)
    mail.outbox.clear()
    return User.objects.get(email=EMAIL)


def test_addresses_of_a_listed_domain_sign_up(home: object, by_domain: None) -> None:
    assert sign_up(Client(), email="clerk@County.gov").status_code == 302
    assert User.objects.filter(email="clerk@county.gov").exists()


@pytest.mark.parametrize("email", [EMAIL, "x@mail.agency.gov", "x@agency.gov.example.org", "x@notagency.gov"])
def test_other_addresses_are_told_whom_accounts_are_for(home: object, by_domain: None, email: str) -> None:
    page = sign_up(Client(), email=email).content.decode()
    assert "Accounts are for addresses that end in: @agency.gov, @county.gov." in page
    assert not User.objects.filter(email=email).exists()
    assert not mail.outbox


def test_a_refused_address_learns_nothing_about_accounts_or_invitations(
    home: object, by_domain: None, member: User, administrator: User
) -> None:
    services.invite("invited@example.org", administrator)
    mail.outbox.clear()
    pages = {shown(sign_up(Client(), email=email)) for email in (EMAIL, member.email, "invited@example.org")}
    assert len(pages) == 1
    assert not mail.outbox


def test_by_invitation_only_there_is_no_form(home: object, member: User) -> None:
    with override_settings(SIGNUP_MODE="invitation"):
        page = Client().get("/accounts/signup/").content.decode()
        assert "Sign-up is by invitation" in page
        assert 'name="password1"' not in page
        pages = {shown(sign_up(Client(), email=email)) for email in (EMAIL, member.email)}
    assert len(pages) == 1
    assert not User.objects.filter(email=EMAIL).exists()


def test_who_waits_confirms_the_address_and_is_told_at_sign_in(asked: User) -> None:
    assert not asked.is_active
    assert EmailAddress.objects.get(user=asked).verified
    client = Client()
    response = client.post("/accounts/login/", {"login": EMAIL, "password": "seven quiet otters"}, follow=True)
    assert response.redirect_chain == [("/accounts/waiting/", 302)]
    assert "waits for approval" in response.content.decode()
    assert client.get("/accounts/").status_code == 302


def test_a_wrong_password_says_nothing_of_waiting(asked: User) -> None:
    page = Client().post("/accounts/login/", {"login": EMAIL, "password": "wrong"}).content.decode()
    assert "waits" not in page


def test_signing_in_before_confirming_sends_the_link_again(home: object, by_approval: None) -> None:
    sign_up(Client())
    client = Client()
    response = client.post("/accounts/login/", {"login": EMAIL, "password": "seven quiet otters"})
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert client.get("/accounts/").status_code == 302


def test_asking_looks_the_same_for_members_those_who_wait_and_strangers(asked: User, member: User) -> None:
    pages, mails = set(), []
    for email in ("stranger@example.org", member.email, EMAIL):
        mail.outbox.clear()
        client = Client()
        response = sign_up(client, email=email)
        pages.add((response.status_code, response.headers["Location"], shown(client.get("/accounts/confirm-email/"))))
        mails.append([message.to for message in mail.outbox])
    assert len(pages) == 1
    assert mails == [[["stranger@example.org"]], [[member.email]], []], "the last was sent one a moment ago"


def test_a_moderator_lets_somebody_in(asked: User, moderator: User, client_of: Callable[[User], Client]) -> None:
    desk = client_of(moderator)
    page = desk.get(LIST).content.decode()
    assert EMAIL in page
    assert "A county finance director" in page
    assert LIST in desk.get("/admin/").content.decode(), "it stands in the menu"
    desk.post(f"{LIST}{asked.pk}/approve/")
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    client = Client()
    client.post("/accounts/login/", {"login": EMAIL, "password": "seven quiet otters"})
    assert client.get("/accounts/").status_code == 200
    again = desk.post(f"{LIST}{asked.pk}/decline/", follow=True).content.decode()
    assert "decided already" in again
    assert User.objects.filter(email=EMAIL).exists()


def test_who_is_declined_is_told_and_forgotten(
    asked: User, administrator: User, client_of: Callable[[User], Client]
) -> None:
    client_of(administrator).post(f"{LIST}{asked.pk}/decline/")
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert not User.objects.filter(email=EMAIL).exists()
    assert not EmailAddress.objects.filter(email=EMAIL).exists()


def test_an_account_made_active_meanwhile_waits_no_longer_and_is_not_deleted(
    asked: User, moderator: User, client_of: Callable[[User], Client]
) -> None:
    User.objects.filter(pk=asked.pk).update(is_active=True)
    assert EMAIL not in client_of(moderator).get(LIST).content.decode()
    assert not services.decline(WaitingAccount.objects.get(pk=asked.pk))
    assert User.objects.filter(pk=asked.pk).exists()
    assert not WaitingAccount.objects.exists()
    assert not mail.outbox


def test_who_has_not_confirmed_is_not_listed_and_cannot_be_let_in(
    home: object, by_approval: None, moderator: User, client_of: Callable[[User], Client]
) -> None:
    sign_up(Client())
    user = User.objects.get(email=EMAIL)
    desk = client_of(moderator)
    assert EMAIL not in desk.get(LIST).content.decode()
    desk.post(f"{LIST}{user.pk}/approve/")
    user.refresh_from_db()
    assert not user.is_active


@pytest.mark.parametrize("who", ["member", "editor"])
def test_others_do_not_decide(
    asked: User, who: str, request: pytest.FixtureRequest, client_of: Callable[[User], Client]
) -> None:
    client = client_of(request.getfixturevalue(who))
    assert client.get(LIST).status_code in {302, 404}
    client.post(f"{LIST}{asked.pk}/approve/")
    assert WaitingAccount.objects.filter(pk=asked.pk).exists()


def test_who_was_invited_need_not_wait_once_the_address_is_confirmed(
    home: object, by_approval: None, administrator: User
) -> None:
    services.invite(EMAIL, administrator)
    client = Client()
    sign_up(client)
    confirm(client)
    assert User.objects.get(email=EMAIL).is_active


def test_requests_that_were_never_confirmed_are_forgotten(asked: User) -> None:
    sign_up(Client(), email="idle@example.org")
    WaitingAccount.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert services.forget_unconfirmed() == "unconfirmed accounts forgotten: 1"
    assert set(User.objects.values_list("email", flat=True)) == {EMAIL}


def test_an_account_that_an_administrator_closed_is_said_to_be_closed(home: object, member: User) -> None:
    User.objects.update(is_active=False)
    response = Client().post("/accounts/login/", {"login": member.email, "password": PASSWORD}, follow=True)
    assert "This account is closed" in response.content.decode()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"SIGNUP_MODE": "opne"}, "portal.E003"),
        ({"SIGNUP_MODE": "domains", "SIGNUP_DOMAINS": []}, "portal.E004"),
    ],
)
def test_a_limit_that_is_misspelt_or_empty_is_an_error_and_stops_a_server(
    values: dict[str, object], found: str
) -> None:
    with override_settings(**values):
        assert [finding.id for finding in checks.who_may_sign_up(None)] == [found]
    assert any("SIGNUP" in problem for problem in fatal_problems(values, secure=True))


def test_the_second_factor_off_is_a_warning() -> None:
    assert [finding.id for finding in checks.second_factor_is_required(None)] == ["portal.W005"]
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        assert checks.second_factor_is_required(None) == []
