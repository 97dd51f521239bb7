"""Every door has a limit: after so many attempts it is closed for a while, to whom it concerns and to nobody else."""

import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from portal.accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
SIGN_UP = {
    "password1": "seven quiet otters",
    "name": "A clerk",
    "affiliation": "government",
    "organisation": "",
    "website": "",
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`clock(60)`: a minute later for what counts attempts."""
    passed = [0.0]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + passed[0])

    def later(seconds: float) -> None:
        passed[0] += seconds

    return later


def at(address: str, user: User | None = None) -> Client:
    client = Client(REMOTE_ADDR=address)
    if user is not None:
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


Door = Callable[[Client, int], int]


def sign_in(client: Client, number: int) -> int:
    """Right or wrong passwords of many accounts: what is counted is the network address."""
    return client.post("/accounts/login/", {"login": f"x{number}@example.org", "password": ""}).status_code


def sign_up(client: Client, number: int) -> int:
    return client.post("/accounts/signup/", {**SIGN_UP, "email": f"not an address {number}"}).status_code


def reset(client: Client, number: int) -> int:
    return client.post("/accounts/password/reset/", {"email": f"x{number}@example.org"}).status_code


def reset_key(client: Client, number: int) -> int:
    return client.post("/accounts/password/reset/key/1-wrong/", {"password1": "x"}).status_code


def passkey(client: Client, number: int) -> int:
    return client.post("/accounts/2fa/webauthn/login/", {"credential": "{}"}).status_code


@pytest.mark.parametrize(("door", "limit"), [(sign_in, 30), (sign_up, 20), (reset, 20), (reset_key, 20), (passkey, 10)])
def test_a_network_address_is_held_up_after_so_many_attempts_in_a_minute(
    home: object, door: Door, limit: int, clock: Callable[[float], None]
) -> None:
    client = at(HERE)
    assert {door(client, number) for number in range(limit)} <= {200, 302}
    assert door(client, limit) == 429
    assert "Too many attempts" in client.post("/accounts/login/").content.decode() or door is not sign_in
    assert door(at(ELSEWHERE), limit + 1) in {200, 302}, "others are not held up"
    clock(61)
    assert door(client, limit + 2) in {200, 302}, "it ends"


def try_password(client: Client, email: str, password: str) -> str:
    response = client.post("/accounts/login/", {"login": email, "password": password})
    return response.headers["Location"] if response.status_code == 302 else response.content.decode()


def test_five_wrong_passwords_lock_the_account_for_five_minutes_and_no_other(
    home: object, member: User, other_member: User, clock: Callable[[float], None]
) -> None:
    for number in range(5):
        assert "not correct" in try_password(at(f"192.0.2.{number}"), member.email, "wrong")
    assert "Too many failed" in try_password(at(ELSEWHERE), member.email, PASSWORD)
    assert try_password(at(ELSEWHERE), other_member.email, PASSWORD) == "/"
    clock(200)
    assert "Too many failed" in try_password(at(ELSEWHERE), member.email, PASSWORD)
    clock(101)
    assert try_password(at(ELSEWHERE), member.email, PASSWORD) == "/"


def test_an_address_without_an_account_is_locked_just_the_same(home: object, member: User) -> None:
    answers = []
    for email in (member.email, "nobody@example.org"):
        answers.append(["Too many failed" in try_password(at(f"192.0.2.{n}"), email, "wrong") for n in range(7)])
    assert answers[0] == answers[1] == [False] * 5 + [True] * 2


def test_signing_in_does_not_count_as_a_failure(home: object, member: User) -> None:
    for number in range(7):
        assert try_password(at(f"192.0.2.{number}"), member.email, PASSWORD) == "/"


def test_one_address_gets_five_reset_mails_a_minute_whoever_asks(home: object, member: User) -> None:
    for number in range(8):
        at(f"192.0.2.{number}").post("/accounts/password/reset/", {"email": member.email})
    assert len(mail.outbox) <= 5


def test_the_link_that_confirms_is_sent_once_in_three_minutes(home: object, clock: Callable[[float], None]) -> None:
    at(HERE).post("/accounts/signup/", {**SIGN_UP, "email": "new@example.org"})
    assert len(mail.outbox) == 1
    login = {"login": "new@example.org", "password": SIGN_UP["password1"]}
    assert at(HERE).post("/accounts/login/", login).headers["Location"] == "/accounts/confirm-email/"
    assert len(mail.outbox) == 1, "the same answer, and no second mail"
    clock(181)
    at(HERE).post("/accounts/login/", login)
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("path", "typed", "limit"),
    [
        ("/accounts/reauthenticate/", {"password": "wrong"}, 10),
        ("/accounts/password/change/", {"oldpassword": "wrong", "password1": "x"}, 5),
        ("/accounts/email/", {"action_add": "", "email": "no address"}, 10),
    ],
)
def test_who_is_signed_in_is_held_up_too(
    home: object, member: User, other_member: User, path: str, typed: dict[str, str], limit: int
) -> None:
    client = at(HERE, member)
    if path != "/accounts/reauthenticate/":
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert {client.post(path, typed).status_code for _number in range(limit)} <= {200, 302}
    assert client.post(path, typed).status_code == 429
    assert at(ELSEWHERE, other_member).get("/accounts/").status_code == 200
    assert at(ELSEWHERE, other_member).post(path, typed).status_code in {200, 302}


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_readers_are_told_apart_and_cannot_invent_an_address(home: object) -> None:
    def attempt(forwarded: str) -> int:
        client = Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})
        return passkey(client, 0)

    for number in range(10):
        assert attempt(f"203.0.113.{number}, {HERE}") == 302, "what the reader wrote before counts for nothing"
    assert attempt(f"203.0.113.99, {HERE}") == 429
    assert attempt(ELSEWHERE) == 302


def test_no_door_is_without_a_limit() -> None:
    assert all(settings.ACCOUNT_RATE_LIMITS.values())
    assert {"login", "login_failed", "signup", "reset_password", "reauthenticate"} <= set(settings.ACCOUNT_RATE_LIMITS)
    assert settings.MFA_RATE_LIMITS["webauthn_login"]
