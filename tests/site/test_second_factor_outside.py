"""Outside the admin too, what is done for others is opened by the second factor: a password is not enough."""

from collections.abc import Callable, Iterator

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory, override_settings

from forums.models import Topic
from portal.accounts.models import User
from portal.groups.models import GroupPage, Membership, Role, Visibility
from tests.factories.events import event
from tests.factories.forums import BoardFactory, TopicFactory
from tests.factories.groups import group
from tests.site.test_url_table import status_of

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
RUN = ("desk/", "desk/members/", "desk/members/{insider}/")
INVITE = ("/members/invite/", "/members/import/", "/members/import/1/")


@pytest.fixture(autouse=True)
def required() -> Iterator[None]:
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        yield


@pytest.fixture
def page(home: object, member: User, other_member: User) -> GroupPage:
    """Led by the member, with the other in it."""
    return group(slug="privacy", lead=member, members=[other_member])


def prove(client: Client, user: User) -> None:
    """Give the account a factor, and the session the record that it was proved."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, user, "mfa", type="totp")
    request.session.save()


@pytest.mark.parametrize("role", [Role.LEAD, Role.DEPUTY])
def test_who_runs_a_group_proves_it_before_the_desk(
    role: Role, page: GroupPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    meeting = event(page, title="A call")
    addresses = [f"{page.url}{rest}".format(insider=other_member.pk) for rest in RUN]
    if role == Role.LEAD:
        addresses.append(f"{page.url}settings/")
    addresses += [f"{meeting.url}registrations/", f"{meeting.url}registrations/export/"]
    Membership.objects.filter(user=member).update(role=role)
    client = client_of(member)
    for address in addresses:
        assert client.get(address).headers.get("Location", "").startswith("/accounts/2fa/?next=%2F"), address
        assert client_of(other_member).get(address).status_code == 404, address
    assert client.get(page.url).status_code == 200
    prove(client, member)
    for address in addresses[:2]:
        assert client.get(address).status_code == 200, address


def test_what_is_sent_without_it_changes_nothing(
    page: GroupPage, member: User, other_member: User, client_of: ClientOf
) -> None:
    client = client_of(member)
    settings = {"state": "active", "joining": "open", "visibility": Visibility.MEMBERS, "sure": "on"}
    for address, data in (
        (f"{page.url}settings/", settings),
        (f"{page.url}desk/members/{other_member.pk}/", {"do": "remove", "sure": "yes"}),
        (f"{page.url}desk/members/", {"email": "new@example.org"}),
    ):
        response = client.post(address, data, headers={"referer": f"http://testserver{address}?page=2"})
        assert response.headers["Location"].startswith("/accounts/2fa/?next=%2Fgroups%2Fprivacy%2F")
        assert response.headers["Location"].endswith("%2F%3Fpage%3D2")
    page.working_group.refresh_from_db()
    assert page.working_group.visibility == Visibility.PUBLIC
    assert Membership.objects.filter(user=other_member).exists()
    assert not page.working_group.invitations.exists()
    prove(client, member)
    client.post(f"{page.url}desk/members/{other_member.pk}/", {"do": "remove", "sure": "yes"})
    assert not Membership.objects.filter(user=other_member).exists()


@pytest.mark.parametrize("referer", ["", "https://evil.example/", "//evil.example/", "nonsense"])
def test_the_way_back_from_a_form_never_leads_out_of_the_portal(
    referer: str, page: GroupPage, member: User, client_of: ClientOf
) -> None:
    response = client_of(member).post(f"{page.url}settings/", headers={"referer": referer})
    assert response.headers["Location"] in {"/accounts/2fa/?next=%2F", "/accounts/2fa/?next=nonsense"}


@pytest.mark.parametrize("who", ["editor", "moderator", "administrator"])
def test_who_invites_people_proves_it_first(
    home: object, who: str, member: User, request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    user = request.getfixturevalue(who)
    for address in INVITE:
        for method in ("get", "post"):
            assert status_of(client_of(user), method, address) == 302, (method, address)
            assert status_of(client_of(member), method, address) == 404, (method, address)
        assert client_of(user).get(address).headers["Location"].startswith("/accounts/2fa/?next=")
    client = client_of(user)
    prove(client, user)
    assert client.get("/members/invite/").status_code == 200


def test_a_moderator_proves_it_before_moderating_and_not_before_answering(
    home: object, member: User, moderator: User, client_of: ClientOf
) -> None:
    place = BoardFactory(slug="general")
    asked = TopicFactory(board=place, author=member)
    client = client_of(moderator)
    moderating = (f"{place.url}topic/{asked.pk}/hide/", f"{place.url}moderate/post/{asked.posts.get().pk}/edit/")
    for address in moderating:
        assert client.post(address).headers["Location"].startswith("/accounts/2fa/?next=")
        assert client_of(member).post(address).status_code == 404
    history = f"{place.url}post/{asked.posts.get().pk}/history/"
    assert client.get(history).headers["Location"].startswith("/accounts/2fa/?next=")
    assert client_of(member).get(history).status_code == 200
    asked.refresh_from_db()
    assert not asked.hidden
    answer = client.post(f"{place.url}topic/{asked.pk}/answer/", {"body": "An answer.", "token": "a" * 32})
    assert "/2fa/" not in answer.headers.get("Location", "")
    own = asked.posts.order_by("pk").last()
    assert own is not None
    accepting = f"{place.url}post/{own.pk}/accept/"
    assert client.post(accepting).headers["Location"].startswith("/accounts/2fa/?next=")
    assert client_of(member).post(accepting).headers["Location"].startswith(place.url)
    prove(client, moderator)
    client.post(moderating[0], {"reason": "A reason."})
    asked.refresh_from_db()
    assert asked.hidden


def test_a_moderator_proves_it_before_reading_what_is_hidden(
    home: object, member: User, moderator: User, client_of: ClientOf
) -> None:
    place = BoardFactory(slug="general")
    asked = TopicFactory(board=place, author=member)
    client = client_of(moderator)
    assert client.get(asked.url).status_code == 200
    asked.posts.update(hidden=True)
    assert client.get(asked.url).headers["Location"].startswith("/accounts/2fa/?next=")
    assert client_of(member).get(asked.url).status_code == 200
    Topic.objects.update(hidden=True)
    assert client.get(asked.url).headers["Location"].startswith("/accounts/2fa/?next=")
    assert client_of(member).get(asked.url).status_code == 404
    prove(client, moderator)
    assert client.get(asked.url).status_code == 200
