"""One door: every other way to sign in or to set a password leads to it, and the admin is hidden from members."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/admin/login/", "/accounts/login/"),
        ("/admin/login/?next=/admin/pages/", "/accounts/login/?next=/admin/pages/"),
        ("/_util/login/?next=/cases/", "/accounts/login/?next=/cases/"),
        ("/admin/password_reset/", "/accounts/password/reset/"),
        ("/admin/password_reset/done/", "/accounts/password/reset/"),
        ("/admin/password_reset/confirm/MQ/abc-def/", "/accounts/password/reset/"),
        ("/admin/password_reset/complete/", "/accounts/password/reset/"),
    ],
)
def test_other_doors_lead_to_the_one(home: object, path: str, leads_to: str) -> None:
    for ask in (Client().get, Client().post):
        response = ask(path)
        assert response.status_code == 302
        assert response.headers["Location"] == leads_to


@pytest.mark.parametrize("path", ["/_util/authenticate_with_password/1/1/", "/documents/authenticate_with_password/1/"])
def test_shared_passwords_do_not_exist(home: object, path: str) -> None:
    assert Client().get(path).status_code == 404
    assert Client().post(path, {"password": "x"}).status_code == 404


def test_a_visitor_at_the_admin_is_asked_to_sign_in(home: object) -> None:
    response = Client().get("/admin/pages/")
    assert response.headers["Location"] == "/accounts/login/?next=/admin/pages/"


@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/users/", "/admin/nothing/"])
def test_to_a_member_the_admin_is_not_there(
    home: object, member: User, client_of: Callable[[User], Client], path: str
) -> None:
    assert client_of(member).get(path).status_code == 404


@pytest.mark.parametrize("who", ["editor", "moderator", "administrator"])
def test_staff_enter_the_admin(
    home: object, who: str, request: pytest.FixtureRequest, client_of: Callable[[User], Client]
) -> None:
    assert client_of(request.getfixturevalue(who)).get("/admin/").status_code == 200


def test_the_admins_account_page_offers_no_second_way_to_a_password(
    home: object, editor: User, client_of: Callable[[User], Client]
) -> None:
    page = client_of(editor).get("/admin/account/").content.decode()
    assert 'name="password-' not in page
    assert 'type="password"' not in page
