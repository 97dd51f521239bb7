"""Walk-through: somebody follows a group and hears of its questions by mail at once; signed out, the letter's link ends
these letters; and when the group closes its doors, nothing more of it reaches those who are outside."""

import re
from collections.abc import Callable

from django.core import mail
from playwright.sync_api import Page, expect

from forums import services
from forums.models import BoardPage, Topic
from portal.accounts.models import User
from portal.groups.models import GroupPage
from portal.notifications.models import Watch
from tests.browser.soundness import is_sound
from tests.browser.visiting import press
from tests.browser.world import World
from tools.page_types import LEAD, MEMBER, VISITOR

GROUP = "/groups/privacy/"
TITLE = "Who signs the quillwort form when a customer leaves?"
AFTERWARDS = "What did the quillwort audit find?"


def ask(title: str) -> Topic:
    """A question on the group's board, by somebody who leads it."""
    lead = User.objects.get(email="lead@demo.example")
    board = BoardPage.objects.child_of(GroupPage.objects.get(slug="privacy")).get()
    return services.ask(board, lead, title=title, body="We found no rule about it.")[0]


def letters() -> list[str]:
    """The texts of what was mailed to the member."""
    return [str(message.body) for message in mail.outbox if message.to == ["member@demo.example"]]


def follow_by_mail(page: Page) -> None:
    page.goto(GROUP)
    press(page.get_by_role("button", name="Follow the group's questions"))
    expect(page.get_by_role("status").first).to_contain_text("You follow it")
    page.goto("/notifications/settings/")
    page.get_by_label("How you hear of Privacy working group").select_option("E-mail at once")
    press(page.get_by_role("button", name="Keep these settings"))


def test_following_a_group_brings_its_questions_until_its_letters_are_ended(
    open_as: Callable[..., Page], writes: World
) -> None:
    page = open_as(MEMBER)
    follow_by_mail(page)
    mail.outbox.clear()
    ask(TITLE)
    page.goto("/notifications/")
    expect(page.locator(".tiding").first).to_contain_text(TITLE)
    is_sound(page)
    [letter] = letters()
    assert TITLE in letter

    found = re.search(r"http://\S+/unsubscribe/\S+/", letter)
    assert found is not None, letter
    outside = open_as(VISITOR, java_script_enabled=False)
    outside.goto(found.group())
    assert Watch.objects.filter(member__email="member@demo.example", active=True).exists(), "looking ends nothing"
    press(outside.get_by_role("button", name="Stop these letters"))
    expect(outside.get_by_role("heading", level=1)).to_have_text("You get no more of these letters")
    mail.outbox.clear()
    ask(AFTERWARDS)
    assert letters() == []


def test_a_group_that_closes_its_doors_tells_nothing_to_those_outside(
    open_as: Callable[..., Page], writes: World
) -> None:
    page = open_as("editor")
    page.goto(GROUP)
    press(page.get_by_role("button", name="Follow the group's questions"))
    ask(TITLE)
    page.goto("/notifications/")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    lead = open_as(LEAD)
    lead.goto(GROUP + "settings/")
    lead.get_by_label("The members of the group only").check()
    lead.get_by_label("Yes, change who sees the group").check()
    press(lead.get_by_role("button", name="Save the settings"))
    ask(AFTERWARDS)
    for address in ("/notifications/", "/", "/forums/latest/?show=following"):
        page.goto(address)
        expect(page.get_by_role("main")).not_to_contain_text("quillwort")
    page.goto("/notifications/settings/")
    expect(page.get_by_role("main")).not_to_contain_text("Privacy working group")
