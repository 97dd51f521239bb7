"""What was done with an account stands on a page of its own, for its member, for a year."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts import history, services
from portal.accounts.models import AccountEvent, User, WaitingAccount
from portal.members.access import PARTS
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HISTORY = "/accounts/history/"


@pytest.fixture
def signed_in(home: object, member: User) -> Client:
    client = Client(headers={"user-agent": FIREFOX})
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def actions(user: User) -> list[tuple[str, str]]:
    return list(AccountEvent.objects.filter(user=user).order_by("pk").values_list("action", "detail"))


def test_signing_in_is_written_down_with_the_device_and_without_an_address(signed_in: Client, member: User) -> None:
    event = AccountEvent.objects.get(user=member)
    assert (event.action, event.detail, event.device) == ("signed_in", "with the password", "Firefox on Linux")
    page = signed_in.get(HISTORY).content.decode()
    assert "Signed in" in page
    assert "with the password" in page
    assert "Firefox on Linux" in page
    assert "127.0.0.1" not in page


def test_signing_up_and_confirming_are_written_down(home: object) -> None:
    client = Client()
    typed = {"email": "new@example.org", "password1": "seven quiet otters", "name": "A clerk", "website": ""}
    client.post("/accounts/signup/", {**typed, "affiliation": "government", "organisation": ""})
    found = re.search(r"/accounts/confirm-email/\S+", str(mail.outbox[0].body))
    assert found
    client.post(found.group())
    user = User.objects.get(email="new@example.org")
    assert actions(user) == [("signed_up", ""), ("address_confirmed", "new@example.org")]


def test_changes_of_profile_password_and_addresses_are_written_down(signed_in: Client, member: User) -> None:
    shown = {f"show_{part}": "members" for part in ("name", *PARTS)}
    for _time in range(2):
        signed_in.post("/members/me/", {"name": "A city auditor", "affiliation": "government", **shown})
    signed_in.post("/accounts/email/", {"action_add": "", "email": "second@example.org"})
    found = re.search(r"/accounts/confirm-email/\S+", str(mail.outbox[-1].body))
    assert found
    signed_in.post(found.group())
    signed_in.post("/accounts/email/", {"action_primary": "", "email": "second@example.org"})
    signed_in.post("/accounts/email/", {"action_remove": "", "email": "member@example.org"})
    signed_in.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "eleven patient herons"})
    assert actions(member)[1:] == [
        ("profile_changed", ""),
        ("address_added", "second@example.org"),
        ("address_confirmed", "second@example.org"),
        ("address_changed", "second@example.org"),
        ("address_removed", "member@example.org"),
        ("password_changed", ""),
    ]


def test_a_reset_by_mail_is_written_down(home: object, member: User) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": member.email})
    found = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[0].body))
    assert found
    form = client.get(found.group(), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "eleven patient herons"})
    assert actions(member) == [("password_reset", "")]


def test_ending_other_sessions_is_written_down(signed_in: Client, member: User) -> None:
    Client().post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    page = signed_in.post("/accounts/sessions/", follow=True).content.decode()
    assert "All other sessions are ended" in page
    assert actions(member)[-1] == ("sessions_ended", "1 session")


def test_wrong_passwords_are_not_written_down(home: object, member: User) -> None:
    Client().post("/accounts/login/", {"login": member.email, "password": "wrong"})
    assert not AccountEvent.objects.exists()


def test_a_room_may_write_its_own_sentence(signed_in: Client, member: User) -> None:
    history.record(member.pk, "medal", "You were given <b>a medal</b>")
    page = signed_in.get(HISTORY).content.decode()
    assert page.count("You were given &lt;b&gt;a medal") == 1


def test_nobody_reads_the_history_of_another(
    signed_in: Client, member: User, other_member: User, client_of: Callable[[User | None], Client]
) -> None:
    history.record(member.pk, "signed_in", "with a canary")
    assert "canary" in signed_in.get(HISTORY).content.decode()
    assert "canary" not in client_of(other_member).get(HISTORY).content.decode()
    assert client_of(None).get(HISTORY).status_code == 302


def test_a_long_history_is_paged_at_a_constant_number_of_queries(signed_in: Client, member: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert signed_in.get(HISTORY).status_code == 200
        return len(seen)

    queries()
    few = queries()
    rows = [AccountEvent(user=member, action="signed_in", detail="with the password") for _number in range(120)]
    AccountEvent.objects.bulk_create(rows)
    assert queries() == few
    page = signed_in.get(HISTORY).content.decode()
    assert page.count("<tr>") == 51
    assert "?page=3" in page
    assert signed_in.get(HISTORY + "?page=9999").status_code == 200
    assert signed_in.get(HISTORY + "?page=x").status_code == 200


def test_after_a_year_it_is_forgotten(member: User) -> None:
    history.record(member.pk, "signed_in")
    history.record(member.pk, "profile_changed")
    AccountEvent.objects.filter(action="signed_in").update(at=timezone.now() - timedelta(days=366))
    assert history.prune() == "events forgotten: 1"
    assert actions(member) == [("profile_changed", "")]


def test_being_approved_is_written_down(home: object, member: User) -> None:
    waiting = WaitingAccount.objects.create(user=member, confirmed_at=timezone.now())
    assert services.approve(waiting)
    assert not services.approve(waiting)
    assert actions(member) == [("approved", "")]


def test_the_account_page_leads_to_all_of_it(signed_in: Client) -> None:
    page = signed_in.get("/accounts/").content.decode()
    for path in ("/accounts/2fa/", "/accounts/sessions/", HISTORY, "/members/me/"):
        assert f'href="{path}"' in page
