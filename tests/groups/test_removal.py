"""Who was taken out of a group: what their history and their mail say, and what the group's log says."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageLogEntry

from portal.accounts import history
from portal.accounts.models import AccountEvent, User
from portal.core.viewer import VISITOR, viewer_for
from portal.groups import services
from portal.groups.models import GroupPage, Joining, Role, State, Visibility, WorkingGroup
from portal.groups.references import groups
from tests.factories.groups import group

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]
HISTORY = "/accounts/history/"


def read(client: Client, address: str = HISTORY) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_removal_is_called_one_and_leaving_is_called_leaving(
    working_group: WorkingGroup, boss: User, insider: User, member: User, client_of: ClientOf
) -> None:
    services.add(working_group, member)
    services.remove(working_group, insider, boss)
    services.leave(working_group, member)
    removed, left = read(client_of(insider)), read(client_of(member))
    assert "Removed from a group by those who run it" in removed
    assert "Group left" not in removed
    assert "Group left" in left
    assert "Removed" not in left
    assert "Privacy working group" in removed, "a public group has a name for everybody"


@pytest.mark.parametrize("end", [services.remove, services.leave])
def test_a_private_group_has_no_name_in_the_history_of_who_is_out(
    end: Callable[[WorkingGroup, User], bool], private_page: GroupPage, insider: User, client_of: ClientOf
) -> None:
    client = client_of(insider)
    assert "Quiet security circle" in read(client)
    end(private_page.working_group, insider)
    assert "Quiet" not in read(client)
    assert "Group joined" in read(client)
    assert not AccountEvent.objects.filter(detail__contains="Quiet").exists()


def test_a_group_that_turns_private_vanishes_from_the_history_of_who_left_before(
    working_group: WorkingGroup, insider: User, boss: User, client_of: ClientOf
) -> None:
    services.leave(working_group, insider)
    assert "Privacy working group" in read(client_of(insider))
    services.set_visibility(working_group, Visibility.PRIVATE)
    assert "Privacy working group" not in read(client_of(insider))
    assert "Privacy working group" in read(client_of(boss))


def test_what_is_no_key_names_nothing(page: GroupPage, member: User, client_of: ClientOf) -> None:
    for detail in ("The canary group", "9" * 30, "-1", "", "²"):
        history.record(member.pk, "group_joined", detail)
    html = read(client_of(member))
    assert "canary" not in html
    assert html.count("Group joined") == 5


def test_names_in_the_history_cost_one_query(
    page: GroupPage, private_page: GroupPage, insider: User, boss: User, client_of: ClientOf
) -> None:
    client = client_of(insider)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            read(client)
        return len(seen)

    queries()
    few = queries()
    for _number in range(5):
        services.add(group(lead=boss).working_group, insider)
    assert queries() == few


def test_who_was_removed_is_told_and_a_private_group_is_not_named(
    page: GroupPage, private_page: GroupPage, boss: User, insider: User
) -> None:
    mail.outbox.clear()
    services.remove(private_page.working_group, insider, boss)
    (quiet,) = mail.outbox
    assert quiet.to == [insider.email]
    assert quiet.subject == "You are no longer a member of a group"
    assert "Quiet" not in str(quiet.message())
    assert "security" not in str(quiet.message())
    mail.outbox.clear()
    services.remove(page.working_group, insider, boss)
    (letter,) = mail.outbox
    assert letter.subject == "You are no longer a member of Privacy working group"
    assert boss.name not in str(letter.message())


def test_who_leaves_gets_no_letter(working_group: WorkingGroup, insider: User) -> None:
    mail.outbox.clear()
    services.leave(working_group, insider)
    assert not mail.outbox


def test_the_log_of_the_group_says_who_did_it(
    page: GroupPage, boss: User, insider: User, other_member: User, administrator: User, client_of: ClientOf
) -> None:
    services.add(page.working_group, other_member)
    client = client_of(boss)
    client.post(f"{page.url}desk/members/{other_member.pk}/", {"do": "role", "role": "deputy"})
    client.post(f"{page.url}desk/members/{insider.pk}/", {"do": "remove", "sure": "yes"})
    client.post(
        f"{page.url}settings/", {"state": State.PAUSED, "joining": Joining.OPEN, "visibility": Visibility.PUBLIC}
    )
    client.post(f"{page.url}desk/members/{other_member.pk}/", {"do": "hand-over", "sure": "yes"})
    found = PageLogEntry.objects.filter(page=page.pk, action__startswith="groups.").order_by("pk")
    by_boss = [(entry.action, entry.data) for entry in found.filter(user=boss)]
    assert by_boss == [
        ("groups.role", {"person": other_member.pk, "role": "deputy"}),
        ("groups.remove", {"person": insider.pk}),
        ("groups.settings", {"state": "paused", "joining": "open", "visibility": "public"}),
        ("groups.role", {"person": other_member.pk, "role": "lead"}),
        ("groups.role", {"person": boss.pk, "role": "member"}),
    ]
    html = read(client_of(administrator), f"/admin/pages/{page.pk}/history/")
    for words in (
        f"Removed from the group: {insider.name}",
        f"Role in the group: {other_member.name}, Deputy lead",
        "Settings of the group: paused, joining open, seen by public",
    ):
        assert words in html, words
    insider.delete()
    html = read(client_of(administrator), f"/admin/pages/{page.pk}/history/")
    assert "Removed from the group: somebody whose account is gone" in html


def test_what_changes_nothing_is_not_logged(working_group: WorkingGroup, insider: User, member: User) -> None:
    logged = PageLogEntry.objects.filter(action__startswith="groups.")
    assert not services.remove(working_group, member)
    assert not services.set_role(working_group, insider, Role.MEMBER)
    assert not services.set_up(working_group, state=State.ACTIVE, joining=Joining.REQUEST, visibility=Visibility.PUBLIC)
    assert not logged.exists()


def test_a_reference_to_a_group_is_for_those_who_see_it(
    page: GroupPage, private_page: GroupPage, insider: User, member: User
) -> None:
    keys = [str(page.pk), str(private_page.pk), "x", "9" * 40]
    for viewer, seen in ((VISITOR, 1), (viewer_for(member), 1), (viewer_for(insider), 2)):
        assert len(groups(keys, viewer)) == seen
    assert groups(["x"], VISITOR) == {}
