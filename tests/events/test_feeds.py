"""Feeds hold what their reader may see, at each request, and nothing else."""

from collections.abc import Callable

import pytest
from django.test import Client
from icalendar import Calendar
from wagtail.models import Page

from portal.accounts.models import User
from portal.events import calendar_addresses, services, tokens
from portal.events.models import CalendarAddress, EventPage
from tests.factories.events import LINK, event, republish

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User | None], Client]


def titles(client: Client, url: str) -> list[str]:
    response = client.get(url)
    assert response.status_code == 200, url
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return [str(part["summary"]) for part in Calendar.from_ical(response.content).walk("VEVENT")]


def address(user: User) -> str:
    calendar_addresses.renew(user, "0")
    return f"/events/mine/{tokens.token_of(CalendarAddress.objects.get(user=user))}.ics"


def test_the_feed_of_all_is_the_same_for_all(
    briefing: EventPage, exercise: EventPage, client_of: ClientOf, group_member: User
) -> None:
    for user in (None, group_member):
        assert titles(client_of(user), "/events.ics") == ["Starter kit briefing"]


def test_my_feed_has_what_i_may_see_and_the_link_where_i_am_registered(
    briefing: EventPage, exercise: EventPage, client: Client, group_member: User
) -> None:
    services.register(exercise, group_member)
    response = client.get(address(group_member))
    found = {str(part["summary"]): part for part in Calendar.from_ical(response.content).walk("VEVENT")}
    assert set(found) == {"Starter kit briefing", "Incident exercise"}
    assert LINK in str(found["Incident exercise"]["description"])
    assert LINK not in str(found["Starter kit briefing"])
    assert str(found["Incident exercise"]["class"]) == "PRIVATE"
    assert b"ATTENDEE" not in response.content
    assert b"group-member@" not in response.content
    assert response.headers["Cache-Control"] == "private, no-store"


def test_who_left_the_group_finds_no_trace_of_it_in_the_feed(
    exercise: EventPage, client: Client, group_member: User
) -> None:
    url = address(group_member)
    assert titles(client, url) == ["Incident exercise"]
    group_member.groups.clear()
    assert titles(client, url) == []


def test_a_new_address_makes_the_old_one_a_wrong_one(exercise: EventPage, client: Client, member: User) -> None:
    old = address(member)
    assert calendar_addresses.renew(member, "1")
    assert not calendar_addresses.renew(member, "1"), "the same form sent twice"
    assert client.get(old).status_code == 404
    new = f"/events/mine/{tokens.token_of(CalendarAddress.objects.get())}.ics"
    assert client.get(new).status_code == 200
    assert calendar_addresses.switch_off(member, "2")
    assert client.get(new).status_code == 404


def test_an_inactive_owner_has_no_feed(index: Page, client: Client, member: User) -> None:
    url = address(member)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("token", ["1-1", "1-1.x", "x.y.z", "²-1.abc", "1" * 200, "%00"])
def test_a_made_up_token_is_missing(index: Page, client: Client, token: str) -> None:
    assert client.get(f"/events/mine/{token}.ics").status_code == 404


def test_the_address_is_made_shown_and_switched_off_on_the_page(index: Page, client_of: ClientOf, member: User) -> None:
    client = client_of(member)
    assert ".ics" not in client.get("/events/mine/").content.decode().split("<main")[1]
    client.post("/events/mine/address/", {"do": "new", "number": "0"})
    shown = client.get("/events/mine/")
    assert tokens.token_of(CalendarAddress.objects.get()) in shown.content.decode()
    assert shown.headers["Cache-Control"] == "private, no-store"
    client.post("/events/mine/address/", {"do": "off", "number": "1"})
    assert not CalendarAddress.objects.get().active


def test_a_program_that_has_the_feed_is_told_so(briefing: EventPage, client: Client) -> None:
    first = client.get("/events.ics")
    again = client.get("/events.ics", headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    republish(briefing, title="Another title")
    assert client.get("/events.ics", headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_a_section_that_is_no_group_has_no_feed(index: Page, client: Client) -> None:
    for pk in (index.pk, 10**9, 0):
        assert client.get(f"/events/group/{pk}.ics").status_code == 404


def test_only_events_have_a_file(index: Page, client: Client) -> None:
    page = event()
    assert titles(client, f"{page.url}event.ics") == [page.title]
    for path in ("/events/event.ics", "/event.ics", "/nowhere/event.ics", f"{page.url}x/event.ics"):
        assert client.get(path).status_code == 404
