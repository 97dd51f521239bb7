"""Walk-through 4: a lead makes the group private and publishes a meeting; somebody invited joins, reads, registers,
gets the calendar file and the reminder; is removed, and from the next click finds no trace of it.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.core.models import TickRun
from portal.events.models import EventPage, Registration
from portal.groups.models import GroupPage
from tests.browser.watch import Watch
from tests.browser.world import World
from tools.page_types import LEAD

GROUP = "/groups/privacy/"
NEWCOMER = "newcomer@county.example"
TITLE = "Quillwort clinic on shared personnel files"
JOIN_LINK = "https://meet.example.org/quillwort-room"
DESKTOP = {"width": 1600, "height": 1000}


@pytest.fixture(autouse=True)
def _ways_of_the_admin(watch: Watch) -> None:
    """Wagtail's own scripts may warn, and its autosave is refused while a required field is empty."""
    watch.expect("console warning", "status of 400 (Bad Request)", "status of 404")


@pytest.fixture
def newcomer(writes: World) -> User:
    user = User.objects.create_user(NEWCOMER, "four unrelated harvest lanterns", name="A county records officer")
    EmailAddress.objects.create(user=user, email=NEWCOMER, verified=True, primary=True)
    return user


def make_private(lead: Page) -> None:
    lead.goto(GROUP + "settings/")
    lead.get_by_label("The members of the group only").check()
    lead.get_by_label("Yes, change who sees the group").check()
    lead.get_by_role("button", name="Save the settings").click()
    expect(lead.get_by_role("status").first).to_be_visible()


def publish_meeting(lead: Page) -> str:
    """Write the meeting, which begins in twenty hours, in the admin, and publish it. Returns its address."""
    group = GroupPage.objects.get(slug="privacy")
    begins = timezone.now() + timedelta(hours=20)
    lead.goto(f"/admin/pages/add/events/eventpage/{group.pk}/")
    lead.locator("#id_title").fill(TITLE)
    lead.locator("#id_summary").fill("We go through one case together.")
    for name, value in (("date", f"{begins:%Y-%m-%d}"), ("start_time", f"{begins:%H:%M}")):
        # Without the focus, with which a calendar opens over what comes next.
        lead.locator(f"#id_{name}").evaluate(
            "(field, value) => { field.value = value; field.dispatchEvent(new Event('change', {bubbles: true})); }",
            value,
        )
    lead.locator("#id_join_link").fill(JOIN_LINK)
    lead.locator("footer [data-w-dropdown-target=toggle]").first.click()
    lead.locator("footer").get_by_role("button", name="Publish", exact=True).click()
    expect(lead.locator(".messages")).to_contain_text("published")
    return str(EventPage.objects.get(title=TITLE).url)


def invite(lead: Page) -> str:
    """Add the newcomer by address. Returns the link of the letter that they get."""
    mail.outbox.clear()
    lead.goto(GROUP + "desk/members/")
    lead.get_by_label("E-mail address").fill(NEWCOMER)
    lead.get_by_role("button", name="Send the invitation").click()
    expect(lead.locator("main")).to_contain_text(NEWCOMER)
    assert [message.to for message in mail.outbox] == [[NEWCOMER]]
    found = re.search(r"http://\S+/groups/invitation/\S+/", str(mail.outbox[0].body))
    assert found is not None, mail.outbox[0].body
    return found.group()


def join_and_register(person: Page, link: str, event: str) -> None:
    person.goto(link)
    person.get_by_role("button", name="Join the group").click()
    expect(person.get_by_role("heading", level=1)).to_have_text("Privacy working group")
    person.get_by_role("link", name=TITLE).first.click()
    expect(person.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert JOIN_LINK not in person.content(), "only those registered see the link"
    mail.outbox.clear()
    person.get_by_role("button", name="Register", exact=True).click()
    expect(person.locator("#taking-part")).to_contain_text("You are registered")
    expect(person.get_by_role("link", name="Join", exact=True)).to_have_attribute("href", JOIN_LINK)
    assert [message.to for message in mail.outbox] == [[NEWCOMER]]


def calendar_of(person: Page, address: str) -> list[str]:
    """The titles in the calendar at `address`, as a calendar program reads them."""
    response = person.request.get(address)
    assert response.status == 200, response.status
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(response.body()).walk("VEVENT")]


def test_a_lead_publishes_a_newcomer_takes_part_and_is_removed(
    open_as: Callable[..., Page], newcomer: User, writes: World
) -> None:
    lead = open_as(LEAD, viewport=DESKTOP)
    make_private(lead)
    event = publish_meeting(lead)

    outsider, person = open_as(), open_as(NEWCOMER)
    for page in (outsider, person):
        for address in (GROUP, event):
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 404
        page.goto("/search/?q=quillwort")
        expect(page.locator("main")).not_to_contain_text(TITLE)

    join_and_register(person, invite(lead), event)
    assert TITLE in calendar_of(person, f"{event}event.ics")
    person.goto("/events/mine/")
    expect(person.locator("main")).to_contain_text(TITLE)
    person.get_by_role("button", name="Make an address").click()
    feed = person.get_by_label("Your address").input_value()
    assert TITLE in calendar_of(outsider, feed), "a calendar program has no session"
    person.goto("/search/?q=quillwort")
    expect(person.locator("main")).to_contain_text(TITLE)

    # As if two days had passed since: who registers later than the reminder needs none.
    Registration.objects.filter(user=newcomer).update(registered_at=timezone.now() - timedelta(days=2))
    mail.outbox.clear()
    TickRun.objects.all().delete()
    call_command("tick")
    reminders = [message for message in mail.outbox if TITLE in message.subject]
    assert [message.to for message in reminders] == [[NEWCOMER]]
    assert JOIN_LINK in str(reminders[0].body)

    lead.goto(f"{GROUP}desk/members/{newcomer.pk}/")
    lead.get_by_role("button", name="Remove from the group").click()
    lead.get_by_role("button", name="Yes, remove").click()
    expect(lead.get_by_role("status").first).to_be_visible()

    mail.outbox.clear()
    for address in (GROUP, event, f"{event}event.ics"):
        assert person.request.get(address).status == 404, address
    assert TITLE not in calendar_of(outsider, feed)
    for address in ("/search/?q=quillwort", "/events/", "/events/mine/", "/groups/", "/groups/mine/", "/"):
        person.goto(address)
        expect(person.locator("main")).not_to_contain_text(TITLE)
    TickRun.objects.all().delete()
    call_command("tick")
    assert not [message for message in mail.outbox if TITLE in message.subject + str(message.body)]
