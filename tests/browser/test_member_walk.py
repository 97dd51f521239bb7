"""Walk-through 2: somebody signs up, confirms, asks, is answered by another member, accepts, and a visitor finds it."""

import re
from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.core import mail
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from tests.browser.visiting import press
from tests.browser.world import World
from tools.page_types import BOARD, MEMBER, MODERATOR

EMAIL = "controller@county.example"
PASSWORD = "four unrelated harvest lanterns"
QUESTION = "How do five quincunx depots share one storekeeper?"
ANSWER = "Ours rotates weekly. The **rota** is agreed each quarter by the depots together."


def confirmation_link() -> str:
    """The link in the one mail that was sent."""
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    found = re.search(r"http://\S+/accounts/confirm-email/\S+/", str(mail.outbox[0].body))
    assert found is not None, mail.outbox[0].body
    return found.group()


def sign_up(page: Page) -> None:
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="Join").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Name to show").fill("A county controller")
    page.get_by_label("Government").check()
    page.get_by_label("Organisation").fill("A county of five depots")
    page.get_by_label("I have read the guidelines").check()
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")


def test_a_member_signs_up_asks_is_answered_and_is_found(open_as: Callable[..., Page], writes: World) -> None:
    asker = open_as()
    sign_up(asker)
    link = confirmation_link()
    asker.goto(link)
    address = EmailAddress.objects.filter(email=EMAIL)
    assert not address.get().verified, "opening the link alone must change nothing"
    press(asker.get_by_role("button", name="Yes, confirm the address"))
    assert address.get().verified

    if "/accounts/login/" not in asker.url:
        asker.goto(f"/accounts/login/?next={BOARD}")
    asker.get_by_label("E-mail address").fill(EMAIL)
    asker.get_by_label("Password").fill(PASSWORD)
    asker.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(asker.get_by_role("banner")).to_contain_text("A county controller")

    asker.goto(BOARD)
    asker.get_by_role("link", name="Ask a question").click()
    asker.get_by_label("Your question in one sentence").fill(QUESTION)
    asker.get_by_label("What peers need to know").fill("Five depots, one post, and nobody wants to be third.")
    asker.get_by_label("Mail me when somebody answers").check()
    asker.get_by_role("button", name="Preview").click()
    expect(asker.locator("main")).to_contain_text("nobody wants to be third")
    asker.get_by_role("button", name="Ask the question").click()
    expect(asker.get_by_role("heading", level=1)).to_have_text(QUESTION)
    expect(asker.locator(".question-post")).to_contain_text("A county of five depots")
    expect(asker.get_by_role("status").first).to_contain_text("Your question is on the board")

    mail.outbox.clear()
    peer = open_as(MEMBER)
    peer.goto(BOARD + "?show=unanswered")
    peer.get_by_role("link", name=QUESTION, exact=True).click()
    expect(peer.get_by_role("button", name="Accept this answer")).to_have_count(0)
    peer.get_by_role("region", name="Your answer").get_by_role("textbox").fill(ANSWER)
    peer.get_by_role("button", name="Post the answer").click()
    expect(peer.locator(".post .prose strong")).to_have_text("rota")
    expect(peer.get_by_role("button", name="Accept this answer")).to_have_count(0)
    assert [message.to for message in mail.outbox] == [[EMAIL]]

    asker.reload()
    asker.get_by_role("button", name="Accept this answer").click()
    expect(asker.locator(".post.accepted")).to_contain_text("Ours rotates weekly")

    visitor = open_as()
    visitor.goto("/search/?q=quincunx")
    visitor.locator(".hits").get_by_role("link", name=QUESTION, exact=True).click()
    expect(visitor.locator(".solved-by")).to_contain_text("accepted answer by A county finance analyst")
    visitor.goto(BOARD + "?show=solved")
    expect(visitor.get_by_role("link", name=QUESTION, exact=True)).to_be_visible()


def test_a_visitor_who_wants_to_answer_comes_back_to_the_question(open_as: Callable[..., Page], writes: World) -> None:
    member = User.objects.get(email="member@demo.example")
    member.set_password(PASSWORD)
    member.save()
    page = open_as()
    page.goto(BOARD)
    page.locator("main a.question-title").first.click()
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Sign in to answer").click()
    page.get_by_label("E-mail address").fill(member.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("region", name="Your answer").get_by_role("textbox")).to_be_visible()


def test_what_was_typed_outlives_a_mistake(open_as: Callable[..., Page]) -> None:
    page = open_as(MEMBER)
    page.goto(BOARD + "new/")
    page.get_by_label("What peers need to know").fill("A long story, typed on a slow afternoon.")
    page.get_by_role("button", name="Ask the question").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the question a title.")
    expect(page.get_by_label("What peers need to know")).to_have_value("A long story, typed on a slow afternoon.")


def test_a_moderator_hides_a_question_and_a_visitor_no_longer_finds_it(
    open_as: Callable[..., Page], writes: World
) -> None:
    visitor, moderator = open_as(), open_as(MODERATOR)
    visitor.goto(BOARD)
    link = visitor.locator("main a.question-title").first
    title, address = link.inner_text(), str(link.get_attribute("href"))
    moderator.goto(address)
    moderator.get_by_text("Moderate this topic").click()
    moderator.get_by_label("Reason", exact=True).fill("It is no question.")
    moderator.get_by_role("button", name="Hide the topic").click()
    expect(moderator.get_by_text("Hidden", exact=True).first).to_be_visible()
    visitor.goto(BOARD)
    expect(visitor.get_by_role("link", name=title, exact=True)).to_have_count(0)
