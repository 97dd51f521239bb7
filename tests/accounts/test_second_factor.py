"""The second factor: setting it up, signing in with it, and the door before the admin."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from portal.accounts import secrets, services
from portal.accounts.models import AccountEvent, User
from portal.accounts.querysets import factors_of
from tests.authenticator_app import code_of, hold_clock
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    hold_clock(monkeypatch)


@pytest.fixture
def required() -> Iterator[None]:
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        yield


def sign_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def new_code_of(secret: str) -> str:
    """A code counts once: what was used is forgotten here, so that tests need not wait."""
    cache.clear()
    return code_of(secret)


def secret_of(user: User) -> str:
    return secrets.decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's own transaction never commits; what allauth does then, within the request, it does at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda act, *args, **kwargs: act())


def set_up_app(client: Client) -> None:
    """What a member does: password once more, read the key, enter the code."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    response = client.post("/accounts/2fa/totp/activate/", {"code": new_code_of(secret)})
    assert response.status_code == 302, response.context["form"].errors


@pytest.fixture
def guarded(home: object, editor: User, at_once: None) -> User:
    """An editor with an authenticator app."""
    set_up_app(sign_in(editor))
    mail.outbox.clear()
    return editor


def test_setting_up_an_app_asks_for_the_password_first(home: object, member: User) -> None:
    response = sign_in(member).get("/accounts/2fa/totp/activate/")
    assert response.headers["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"


def test_setting_up_an_app_gives_recovery_codes_and_tells_by_mail(home: object, member: User, at_once: None) -> None:
    client = sign_in(member)
    set_up_app(client)
    found = factors_of(member.pk)
    assert (found.app, found.passkeys, found.codes_left) == (True, 0, 10)
    assert mail.outbox[-1].subject == "An authenticator app was set up"
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert page.count("<li><code>") == 10
    file = client.get("/accounts/2fa/recovery-codes/download/")
    assert len(file.content.split()) == 10
    assert "no-store" in file["Cache-Control"]


def test_a_wrong_code_sets_nothing_up_and_keeps_the_key(home: object, member: User) -> None:
    client = sign_in(member)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    for code in ("000000x", "", "\x00", "１２３４５６", "x" * 5000):
        page = client.post("/accounts/2fa/totp/activate/", {"code": code})
        assert page.status_code == 200
        assert page.context["form"].errors
        assert secret in page.content.decode()
        cache.clear()
    assert not Authenticator.objects.exists()


def test_the_key_is_not_readable_in_the_database(guarded: User) -> None:
    stored = Authenticator.objects.get(user=guarded, type="totp").data["secret"]
    assert secret_of(guarded) not in stored
    with override_settings(
        SECRET_KEY="another-key" * 6, SECRET_KEY_FALLBACKS=["test-only-secret-key-that-production-refuses"]
    ):
        assert secrets.decrypt(stored) == secret_of(guarded), "a former key still reads"
    with override_settings(SECRET_KEY="another-key" * 6), pytest.raises(secrets.UnreadableSecretError):
        secrets.decrypt(stored)


def test_without_its_key_no_code_signs_in(guarded: User) -> None:
    code = new_code_of(secret_of(guarded))
    with override_settings(SECRET_KEY="another-key" * 6):
        client = sign_in(guarded)
        for guess in (code, "000000", ""):
            assert client.post("/accounts/2fa/authenticate/", {"code": guess}).status_code == 200
        assert client.get("/accounts/").status_code == 302


def test_signing_in_asks_for_the_code(guarded: User) -> None:
    client = Client()
    response = client.post("/accounts/login/", {"login": guarded.email, "password": PASSWORD, "next": "/about/"})
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/accounts/").status_code == 302, "the password alone signs nobody in"
    page = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "This code is not right" in page.content.decode()
    response = client.post("/accounts/2fa/authenticate/", {"code": new_code_of(secret_of(guarded))})
    assert response.headers["Location"] == "/about/"
    assert client.get("/accounts/").status_code == 200


def test_a_code_counts_once(guarded: User) -> None:
    code = new_code_of(secret_of(guarded))
    assert sign_in(guarded).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert sign_in(guarded).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_a_recovery_code_counts_once(guarded: User) -> None:
    codes = Authenticator.objects.get(user=guarded, type="recovery_codes").wrap().get_unused_codes()
    assert sign_in(guarded).post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert sign_in(guarded).post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200
    assert factors_of(guarded.pk).codes_left == 9


def test_wrong_codes_lock_the_account_for_a_while_whatever_the_device(guarded: User) -> None:
    for _attempt in range(5):
        sign_in(guarded).post("/accounts/2fa/authenticate/", {"code": "000000"})
    secret = secret_of(guarded)
    code = code_of(secret)
    client = Client(REMOTE_ADDR="192.0.2.9")
    client.post("/accounts/login/", {"login": guarded.email, "password": PASSWORD})
    page = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert page.status_code == 200
    assert "Too many" in page.content.decode()


@pytest.mark.parametrize(
    "answer", ["", "x", "[]", "1", "null", "{}", '{"id": 1}', '{"response": {"userHandle": 7}}', '{"rawId": "AA"}']
)
def test_what_is_no_passkeys_answer_is_refused(guarded: User, answer: str) -> None:
    stage = sign_in(guarded)
    assert stage.post("/accounts/2fa/authenticate/", {"credential": answer}).status_code == 200
    assert stage.get("/accounts/").status_code == 302
    visitor = Client()
    visitor.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    response = visitor.post("/accounts/2fa/webauthn/login/", {"credential": answer})
    assert response.headers["Location"] == "/accounts/login/"


@pytest.mark.parametrize("answer", ["", "x", "[]", "1", "{}", '{"id": 1, "response": {}}'])
def test_what_is_no_passkey_is_not_added(home: object, member: User, answer: str) -> None:
    client = sign_in(member)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/webauthn/add/")
    page = client.post("/accounts/2fa/webauthn/add/", {"name": "\x00 A key", "credential": answer})
    assert page.status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("who", ["editor", "moderator", "administrator"])
def test_staff_without_a_factor_are_led_to_set_one_up(
    home: object, required: None, who: str, request: pytest.FixtureRequest, client_of: Callable[[User], Client]
) -> None:
    client = client_of(request.getfixturevalue(who))
    response = client.get("/admin/pages/?x=1")
    assert response.headers["Location"] == "/accounts/2fa/?next=%2Fadmin%2Fpages%2F%3Fx%3D1"
    page = client.get(response.headers["Location"]).content.decode()
    assert "The administration opens with a second factor only" in page
    assert client.post("/admin/pages/1/delete/").headers["Location"] == "/accounts/2fa/?next=%2Fadmin%2F"


def test_to_a_member_the_admin_is_not_there_still(
    home: object, required: None, member: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(member).get("/admin/").status_code == 404


def test_setting_one_up_opens_the_admin_and_leads_on_to_it(
    home: object, required: None, editor: User, at_once: None
) -> None:
    client = sign_in(editor)
    client.get(client.get("/admin/reports/").headers["Location"])
    set_up_app(client)
    assert 'href="/admin/reports/"' in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_on_never_leads_out_of_the_portal(home: object, required: None, guarded: User, elsewhere: str) -> None:
    client = sign_in(guarded)
    client.post("/accounts/2fa/authenticate/", {"code": new_code_of(secret_of(guarded))})
    assert "Go on to" not in client.get("/accounts/2fa/", {"next": elsewhere}).content.decode()
    assert "Go on to" in client.get("/accounts/2fa/", {"next": "/admin/"}).content.decode()


def test_a_session_that_did_not_prove_the_factor_is_asked_to(
    required: None, guarded: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(guarded)
    way = client.get("/admin/").headers["Location"]
    assert way == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"
    assert client.get(way).status_code == 200
    response = client.post(
        "/accounts/2fa/reauthenticate/", {"code": new_code_of(secret_of(guarded)), "next": "/admin/"}
    )
    assert response.headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_signing_in_with_the_code_opens_the_admin(required: None, guarded: User) -> None:
    client = sign_in(guarded)
    client.post("/accounts/2fa/authenticate/", {"code": new_code_of(secret_of(guarded))})
    assert client.get("/admin/").status_code == 200


def test_removing_the_last_factor_closes_the_admin_and_says_so_before(required: None, guarded: User) -> None:
    client = sign_in(guarded)
    client.post("/accounts/2fa/authenticate/", {"code": new_code_of(secret_of(guarded))})
    client.post("/accounts/2fa/reauthenticate/", {"code": new_code_of(secret_of(guarded))})
    page = client.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert "the administration closes to you" in page
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=guarded).exists(), "recovery codes go with it"
    assert client.get("/admin/").headers["Location"].startswith("/accounts/2fa/?next=")
    assert "was removed" in mail.outbox[-1].subject


def test_the_door_costs_one_query_in_the_admin_and_none_elsewhere(required: None, guarded: User) -> None:
    client = sign_in(guarded)
    client.post("/accounts/2fa/authenticate/", {"code": new_code_of(secret_of(guarded))})

    def queries(path: str) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(path).status_code == 200
        return [query["sql"] for query in seen if "mfa_authenticator" in query["sql"]]

    assert len(queries("/admin/")) == 1
    assert queries("/accounts/history/") == []


def test_what_happened_stands_in_the_history(guarded: User) -> None:
    client = sign_in(guarded)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": new_code_of(secret_of(guarded))})
    actions = list(AccountEvent.objects.filter(user=guarded).values_list("action", "detail").order_by("pk"))
    assert actions == [
        ("signed_in", "with the password"),
        ("factor_added", "Authenticator app"),
        ("codes_made", ""),
        ("sign_in_failed", "the password was right, the code was not"),
        ("signed_in", "with password and authenticator app"),
    ]


@pytest.mark.parametrize(
    "path",
    ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/"],
)
def test_no_page_carries_inline_script_or_style(home: object, member: User, path: str) -> None:
    client = sign_in(member)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(path).content.decode()
    assert "<h1>" in page
    assert " style=" not in page
    assert "<script>" not in page
    for script in page.split("<script")[1:]:
        opening = script.partition(">")[0]
        assert "src=" in opening or 'type="application/json"' in opening


def test_who_lost_everything_is_helped_by_a_command(guarded: User) -> None:
    client = sign_in(guarded)
    client.post("/accounts/2fa/authenticate/", {"code": new_code_of(secret_of(guarded))})
    call_command("remove_second_factor", guarded.email.upper(), stdout=StringIO())
    assert not Authenticator.objects.exists()
    assert client.get("/accounts/").status_code == 302, "its sessions are ended"
    assert mail.outbox[-1].subject == "Your second factor was removed"
    assert sign_in(guarded).get("/accounts/").status_code == 200
    for email in (guarded.email, "nobody@example.org"):
        with pytest.raises(CommandError):
            call_command("remove_second_factor", email)


def test_the_night_after_a_change_of_key_the_former_one_is_not_needed_any_more(guarded: User) -> None:
    secret, codes = secret_of(guarded), Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert services.renew_secrets() == ""
    new = "another-key" * 6
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert services.renew_secrets() == "2 secrets renewed, 0 unreadable"
        assert services.renew_secrets() == ""
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[]):
        assert secret_of(guarded) == secret
        assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == codes
    with override_settings(SECRET_KEY_FALLBACKS=["a third key" * 6]):
        assert services.renew_secrets() == "0 secrets renewed, 2 unreadable"
