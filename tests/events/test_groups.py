"""Events of working groups: on the group's page, on its desk, in its feed; gone for whoever is not of the group."""

from collections.abc import Callable

import pytest
from django.test import Client
from icalendar import Calendar

from portal.accounts.models import User
from portal.core import sections
from portal.core.viewer import viewer_for
from portal.events import services
from portal.events.models import EventPage, Registration
from portal.groups import services as groups
from portal.groups.models import GroupPage, State, Visibility
from tests.factories.events import calendar, event
from tests.factories.groups import group

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


@pytest.fixture
def privacy(home: object, lead: User, group_member: User) -> GroupPage:
    calendar()
    return group(title="Privacy", slug="privacy", lead=lead, members=[group_member])


@pytest.fixture
def security(home: object, lead: User, group_member: User) -> GroupPage:
    calendar()
    return group(title="Security", slug="security", lead=lead, members=[group_member], visibility=Visibility.PRIVATE)


def feed(client: Client, page: GroupPage) -> list[str]:
    response = client.get(f"/events/group/{page.pk}.ics")
    assert response.status_code == 200
    return [str(part["summary"]) for part in Calendar.from_ical(response.content).walk("VEVENT")]


def test_a_groups_events_stand_on_its_page_in_the_calendar_and_in_its_feed(privacy: GroupPage, client: Client) -> None:
    event(privacy, title="Privacy teleconference")
    event(title="Something else")
    for url in (privacy.url, "/events/", f"/events/?group={privacy.pk}", "/events.ics"):
        assert "Privacy teleconference" in client.get(url).content.decode()
    assert "Something else" not in client.get(f"/events/?group={privacy.pk}").content.decode()
    assert feed(client, privacy) == ["Privacy teleconference"]


def test_of_a_private_group_there_is_no_trace(
    security: GroupPage, client_of: ClientOf, member: User, group_member: User
) -> None:
    event(security, title="Incident exercise")
    for user in (None, member):
        client = client_of(user)
        assert client.get(f"/events/group/{security.pk}.ics").status_code == 404
        for url in ("/events/", f"/events/?group={security.pk}", "/events.ics"):
            shown = client.get(url).content.decode()
            assert "Incident exercise" not in shown
            assert "Security" not in shown
    assert feed(client_of(group_member), security) == ["Incident exercise"]
    assert "Security" in client_of(group_member).get("/events/").content.decode()


def test_its_leads_see_who_comes_and_those_of_other_groups_do_not(
    privacy: GroupPage, client_of: ClientOf, lead: User, group_member: User, other_member: User
) -> None:
    group(title="Elsewhere", slug="elsewhere", lead=other_member)
    page = event(privacy, title="Privacy teleconference", capacity=5)
    services.register(page, group_member)
    assert client_of(lead).get(f"{page.url}registrations/").status_code == 200
    for user in (group_member, other_member):
        assert client_of(user).get(f"{page.url}registrations/").status_code == 404
    desk = client_of(lead).get(f"{privacy.url}desk/").content.decode()
    assert "1 of 5" in desk
    assert f"{page.url}registrations/" in desk


def test_who_is_removed_loses_the_place_and_sees_nothing(
    security: GroupPage, client_of: ClientOf, lead: User, group_member: User
) -> None:
    page = event(security, title="Incident exercise", capacity=1)
    services.register(page, group_member)
    services.register(page, lead)
    groups.remove(security.working_group, group_member)
    states = dict(Registration.objects.values_list("user__email", "state"))
    assert states == {"group-member@example.org": "cancelled", "lead@example.org": "registered"}
    assert client_of(group_member).get(page.url).status_code == 404


def test_making_the_group_private_ends_what_others_had(privacy: GroupPage, member: User, group_member: User) -> None:
    page = event(privacy)
    services.register(page, member)
    services.register(page, group_member)
    groups.set_visibility(privacy.working_group, Visibility.PRIVATE)
    states = dict(Registration.objects.values_list("user__email", "state"))
    assert states == {"member@example.org": "cancelled", "group-member@example.org": "registered"}


def test_an_archived_group_takes_no_registrations(privacy: GroupPage, client_of: ClientOf, group_member: User) -> None:
    page = event(privacy)
    groups.set_state(privacy.working_group, State.ARCHIVED)
    assert "archived" in client_of(group_member).get(page.url).content.decode()
    answer = client_of(group_member).post(f"{page.url}register/", follow=True)
    assert "archived" in answer.content.decode()
    assert not Registration.objects.exists()


def test_the_panels_cost_two_queries_at_most(
    privacy: GroupPage, lead: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(8):
        event(privacy)
    viewer = viewer_for(lead)
    for place, most in ((sections.GROUP, 1), (sections.DESK, 2)):
        panel = sections._panels[place]["events"]
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
            found = panel.collect(privacy, viewer)
            assert found
            assert len(found["rows"]) == 5


def test_a_group_without_events_has_no_panel(privacy: GroupPage, client: Client) -> None:
    assert "Next events" not in client.get(privacy.url).content.decode()
    assert EventPage.objects.count() == 0
