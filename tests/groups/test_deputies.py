"""A deputy runs the group and does not decide who does, nor who sees it."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.groups import services
from portal.groups.models import GroupPage, Joining, JoinRequest, Membership, Role, State, Visibility

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
URL = "/groups/privacy/"


@pytest.fixture
def deputy(page: GroupPage, other_member: User) -> User:
    services.add(page.working_group, other_member, Role.DEPUTY)
    return other_member


def roles(page: GroupPage) -> dict[int, str]:
    return dict(Membership.objects.filter(group=page.pk).values_list("user_id", "role"))


def test_a_deputy_invites_answers_and_removes_members(
    page: GroupPage, deputy: User, insider: User, member: User, client_of: ClientOf
) -> None:
    client = client_of(deputy)
    services.request(page.working_group, member)
    client.post(f"{URL}desk/requests/{JoinRequest.objects.get().pk}/", {"do": "approve"})
    assert roles(page)[member.pk] == Role.MEMBER
    client.post(f"{URL}desk/members/", {"email": "new@example.org"})
    assert page.working_group.invitations.filter(email="new@example.org", invited_by=deputy).exists()
    html = client.get(f"{URL}desk/members/{insider.pk}/").content.decode()
    assert "Remove from the group" in html
    assert 'value="role"' not in html
    assert "hand-over" not in html
    client.post(f"{URL}desk/members/{insider.pk}/", {"do": "remove", "sure": "yes"})
    assert insider.pk not in roles(page)


def test_a_deputy_makes_nobody_a_lead_and_no_lead_less(
    page: GroupPage, deputy: User, boss: User, insider: User, member: User, client_of: ClientOf
) -> None:
    services.add(page.working_group, member, Role.LEAD)
    before = roles(page)
    client = client_of(deputy)
    acts = [{"do": "role", "role": role} for role in (*Role.values, "king")] + [{"do": "hand-over", "sure": "yes"}]
    for user in (deputy, boss, member, insider):
        removal = [] if user == insider else [{"do": "remove", "sure": "yes"}]
        for data in (*acts, *removal):
            assert client.post(f"{URL}desk/members/{user.pk}/", data).status_code == 404, (user, data)
    for user in (deputy, boss, member):
        assert client.get(f"{URL}desk/members/{user.pk}/").status_code == 404
    assert roles(page) == before


def test_a_deputy_has_no_settings(page: GroupPage, deputy: User, boss: User, client_of: ClientOf) -> None:
    client = client_of(deputy)
    data = {"state": State.ARCHIVED, "joining": Joining.OPEN, "visibility": Visibility.PRIVATE, "sure": "on"}
    assert client.get(f"{URL}settings/").status_code == 404
    assert client.post(f"{URL}settings/", data).status_code == 404
    page.working_group.refresh_from_db()
    assert (page.working_group.state, page.working_group.visibility) == (State.ACTIVE, Visibility.PUBLIC)
    for address in (URL, f"{URL}desk/", f"{URL}desk/members/"):
        assert f'href="{URL}settings/"' not in client.get(address).content.decode(), address
        assert f'href="{URL}settings/"' in client_of(boss).get(address).content.decode(), address


def test_a_deputy_is_shown_no_way_to_what_is_not_theirs(
    page: GroupPage, deputy: User, boss: User, insider: User, administrator: User, client_of: ClientOf
) -> None:
    html = client_of(deputy).get(f"{URL}desk/members/").content.decode()
    assert f"{URL}desk/members/{insider.pk}/" in html
    assert f"{URL}desk/members/{boss.pk}/" not in html
    assert f"{URL}desk/members/{deputy.pk}/" not in html
    for user in (boss, administrator):
        html = client_of(user).get(f"{URL}desk/members/").content.decode()
        assert all(f"{URL}desk/members/{pk}/" in html for pk in (insider.pk, boss.pk, deputy.pk))


def test_an_administrator_outside_the_group_does_what_leads_do(
    page: GroupPage, insider: User, administrator: User, client_of: ClientOf
) -> None:
    client_of(administrator).post(f"{URL}desk/members/{insider.pk}/", {"do": "role", "role": "lead"})
    assert roles(page)[insider.pk] == Role.LEAD
    assert client_of(administrator).get(f"{URL}settings/").status_code == 200
