"""Administrators keep accounts in the Wagtail admin."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client

from portal.accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(home: object, administrator: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(administrator)


def typed(**changes: object) -> dict[str, object]:
    return {
        "email": "Colleague@Example.org",
        "name": "A records manager",
        "affiliation": "government",
        "organisation": "A ministry",
        "password1": "",
        "password2": "",
        "groups": [Group.objects.get(name="Editors").pk],
        **changes,
    }


def test_the_forms_ask_for_the_name_to_show(admin_client: Client, member: User) -> None:
    for path in ("/admin/users/new/", f"/admin/users/edit/{member.pk}/"):
        page = admin_client.get(path)
        assert page.status_code == 200
        assert 'name="name"' in page.content.decode()
        assert 'name="first_name"' not in page.content.decode()


def test_an_administrator_makes_an_editor_who_then_sets_a_password(admin_client: Client) -> None:
    response = admin_client.post("/admin/users/new/", typed())
    assert response.status_code == 302, response.context["form"].errors
    made = User.objects.get(email="colleague@example.org")
    assert made.name == "A records manager"
    assert not made.has_usable_password()
    assert EmailAddress.objects.get(user=made).verified
    assert [group.name for group in made.groups.all()] == ["Editors"]


def test_an_administrator_changes_name_address_and_password(admin_client: Client, member: User) -> None:
    password = "eleven patient herons"
    response = admin_client.post(
        f"/admin/users/edit/{member.pk}/",
        typed(email="moved@example.org", password1=password, password2=password, is_active="on", groups=[]),
    )
    assert response.status_code == 302, response.context["form"].errors
    client = Client()
    response = client.post("/accounts/login/", {"login": "moved@example.org", "password": password})
    assert response.headers["Location"] == "/"
    member.refresh_from_db()
    assert member.name == "A records manager"


def test_an_edit_without_a_password_keeps_the_old_one(admin_client: Client, member: User) -> None:
    admin_client.post(f"/admin/users/edit/{member.pk}/", typed(email=member.email, is_active="on"))
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_the_same_address_twice_is_refused_whatever_its_case(admin_client: Client, member: User) -> None:
    response = admin_client.post("/admin/users/new/", typed(email=member.email.upper()))
    assert response.status_code == 200
    assert User.objects.filter(email__iexact=member.email).count() == 1


@pytest.mark.parametrize("ordering", ["name", "-name", "email", "is_superuser"])
def test_the_list_sorts_and_finds(admin_client: Client, member: User, ordering: str) -> None:
    page = admin_client.get(f"/admin/users/?ordering={ordering}&q=member")
    assert page.status_code == 200
    assert member.name in page.content.decode()


def test_an_editor_keeps_no_accounts(home: object, editor: User, client_of: Callable[[User], Client]) -> None:
    assert client_of(editor).get("/admin/users/").status_code == 302
