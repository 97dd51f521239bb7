"""A member's own pages: profile, addresses, password, sessions."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from portal.accounts.models import User
from portal.accounts.templatetags.portal_accounts import device
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


@pytest.fixture
def signed_in(home: object, member: User) -> Client:
    """Signed in by password, and asked for it once more just now, so that nothing asks again."""
    client = Client()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_who_is_closed_or_gone_is_signed_in_no_more(home: object, member: User, client_of: ClientOf) -> None:
    client = client_of(member)
    assert client.get("/accounts/").status_code == 200
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/accounts/").headers["Location"].startswith("/accounts/login/")
    User.objects.filter(pk=member.pk).update(is_active=True, name="Another name")
    assert "Another name" in client_of(member).get("/accounts/").content.decode()
    member.delete()
    assert client.get("/accounts/").headers["Location"].startswith("/accounts/login/")


def test_a_visitor_is_asked_to_sign_in_and_comes_back(home: object) -> None:
    assert Client().get("/accounts/").headers["Location"] == "/accounts/login/?next=/accounts/"


def test_the_account_says_what_others_see_and_where_it_is_changed(signed_in: Client, member: User) -> None:
    User.objects.filter(pk=member.pk).update(organisation="A <town>")
    page = signed_in.get("/accounts/").content.decode()
    assert member.name in page.split("<main")[1]
    assert "A &lt;town&gt;" in page
    assert 'href="/members/me/"' in page.split("<main")[1]
    assert signed_in.post("/accounts/", {"name": "X"}).status_code == 405


def test_a_new_address_is_used_only_once_confirmed(signed_in: Client, member: User) -> None:
    response = signed_in.post("/accounts/email/", {"action_add": "", "email": "second@example.org"})
    assert response.status_code == 302, response.context["form"].errors
    assert not EmailAddress.objects.get(user=member, email="second@example.org").verified
    signed_in.post("/accounts/email/", {"action_primary": "", "email": "second@example.org"})
    member.refresh_from_db()
    assert member.email == "member@example.org"


def test_an_address_of_another_member_is_not_given_away(signed_in: Client, other_member: User) -> None:
    response = signed_in.post("/accounts/email/", {"action_add": "", "email": other_member.email})
    assert response.status_code == 302
    page = signed_in.get("/accounts/email/").content.decode()
    assert "already" not in page


def test_changing_the_password_asks_for_the_old_one_and_tells_by_mail(signed_in: Client, member: User) -> None:
    page = signed_in.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": "eleven patient herons"})
    assert page.status_code == 200
    signed_in.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "eleven patient herons"})
    member.refresh_from_db()
    assert member.check_password("eleven patient herons")
    assert "Your password has changed" in mail.outbox[-1].subject


def test_a_member_ends_the_sessions_on_other_devices(signed_in: Client, member: User) -> None:
    elsewhere = Client(headers={"user-agent": "A library computer"})
    elsewhere.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    page = signed_in.get("/accounts/sessions/").content.decode()
    assert "A library computer" in page
    assert page.count("This one") == 1
    assert page.count("Another") == 1
    signed_in.post("/accounts/sessions/")
    assert elsewhere.get("/accounts/").status_code == 302
    assert signed_in.get("/accounts/").status_code == 200


def test_what_changes_the_way_of_signing_in_asks_for_the_password_after_a_while(
    home: object, member: User, client_of: Callable[[User], Client]
) -> None:
    """A session that was not begun by password just now is not trusted with addresses."""
    client = client_of(member)
    response = client.post("/accounts/email/", {"action_add": "", "email": "second@example.org"})
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(user=member, email="second@example.org").exists()


@pytest.mark.parametrize(
    "path",
    ["/accounts/", "/accounts/email/", "/accounts/password/change/", "/accounts/sessions/", "/accounts/logout/"],
)
def test_every_page_of_an_account_is_for_its_member_alone(signed_in: Client, path: str) -> None:
    page = signed_in.get(path)
    assert page.status_code == 200
    assert "no-cache" in page["Cache-Control"] or "no-store" in page["Cache-Control"]
    visitor = Client().get(path)
    assert visitor.status_code == 302


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_forms_carry_no_inline_style_script_or_placeholder(home: object, path: str) -> None:
    page = Client().get(path).content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    form = page[page.index('class="form"') :]
    assert "placeholder=" not in form[: form.index("</form>")]
    assert 'autocomplete="' in form


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("A library computer", "A library computer"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_device_has_a_name_that_people_know(user_agent: str, shown: str) -> None:
    assert device(user_agent) == shown


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/accounts/email/", "E-mail addresses"),
        ("/accounts/password/change/", "Change the password"),
        ("/accounts/history/", "What was done with your account"),
    ],
)
def test_the_way_to_a_page_of_the_account_ends_at_that_page(signed_in: Client, path: str, name: str) -> None:
    crumbs = signed_in.get(path).content.decode().split('class="crumbs"')[1].split("</nav>")[0]
    assert '<a href="/accounts/">Your account</a>' in crumbs
    assert f'<li aria-current="page">{name}</li>' in crumbs
