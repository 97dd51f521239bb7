"""Walk-through 5: a member proposes a change, another supports it, a steward agrees; the term shows its new version."""

from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from tests.browser.soundness import is_sound
from tests.browser.world import World
from tools.page_types import LEAD, MEMBER, STEWARD

TERM = "/glossary/unit-cost/"
MEANING = "The full cost of a service, overheads included, divided by what it produces."


def propose(member: Page) -> None:
    member.goto(TERM)
    member.get_by_role("link", name="Propose a change").click()
    member.get_by_label("Definition").fill(MEANING)
    member.get_by_role("button", name="More words").click()
    member.get_by_role("group", name="Word 5").get_by_label("Word").fill("unit price")
    member.get_by_label("Reason").fill("Without overheads it is **too low**.")
    member.get_by_role("button", name="Propose the change").click()
    expect(member.get_by_role("heading", level=1)).to_have_text("unit cost")
    expect(member.locator("main")).to_contain_text(MEANING)


def support(other: Page) -> None:
    other.goto(TERM)
    other.get_by_role("link", name="unit cost").last.click()
    other.get_by_label("Your comment").fill("Ours was a third too low.")
    other.get_by_role("button", name="Post the comment").click()
    other.get_by_role("button", name="Support").click()
    expect(other.locator("#stands")).to_contain_text("1 supports it")


def agree(steward: Page, address: str) -> None:
    steward.goto(address)
    steward.get_by_label("Agree: the term").check()
    steward.get_by_role("textbox", name="Reason").fill("Nobody objected.")
    steward.get_by_role("button", name="Settle the proposal").click()
    expect(steward.locator("main")).to_contain_text("Agreed. The term as it is now:")


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_a_member_proposes_another_supports_and_a_steward_agrees(
    script: bool, open_as: Callable[..., Page], writes: World
) -> None:
    member, other, steward = (open_as(who, java_script_enabled=script) for who in (MEMBER, LEAD, STEWARD))
    propose(member)
    mail.outbox.clear()
    support(other)
    assert [message.to for message in mail.outbox] == [["member@demo.example"]]
    agree(steward, member.url)

    member.goto(TERM)
    expect(member.locator(".lede").first).to_have_text(MEANING)
    member.locator("#history summary").click()
    expect(member.locator("#version-2")).to_contain_text("A terminology steward")
    expect(member.locator("#version-2")).to_contain_text("unit price")
    if script:
        is_sound(member)
