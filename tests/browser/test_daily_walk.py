"""Walk-through by three people: one asks and looks at what is like it, one answers, the asker accepts, a third reads of
it in the weekly letter, reports what is not in order there, and moderates it."""

from collections.abc import Callable

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from playwright.sync_api import Page, expect

from forums.models import Topic
from tests.browser.soundness import OPTIONS, RULES, violations
from tests.browser.visiting import press
from tests.browser.watch import Watch
from tests.browser.world import World
from tests.digest_turn import send_weekly
from tools.page_types import BOARD, MEMBER, MODERATOR

PEER = "editor"
TITLE = "How do you set fees for services that nobody asked for?"
ANSWER = "We settle the quincunx fee with the users' board every spring."
# A letter is no page: it has no landmarks.
LETTER = {**OPTIONS, "runOnly": RULES[:-1]}
BOAST = "Buy the quillwort fee machine."


def ask(asker: Page) -> None:
    asker.goto(BOARD + "new/")
    asker.get_by_label("Your question in one sentence").press_sequentially(TITLE, delay=10)
    expect(asker.get_by_role("region", name="Is it one of these?").get_by_role("link").first).to_be_visible()
    asker.get_by_label("What peers need to know").fill("Our governance board argues about the fees.")
    asker.get_by_role("group", name="What is it about?").get_by_role("checkbox").first.check()
    asker.get_by_label("Mail me when somebody answers").check()
    press(asker.get_by_role("button", name="Ask the question"))
    expect(asker.get_by_role("heading", level=1)).to_have_text(TITLE)


def answer(peer: Page, address: str, words: str) -> None:
    peer.goto(address)
    peer.get_by_role("region", name="Your answer").get_by_role("textbox").fill(words)
    press(peer.get_by_role("button", name="Post the answer"))


def weekly_letters(to: str) -> list[EmailMultiAlternatives]:
    """What the next Monday's round sends to that address."""
    mail.outbox.clear()
    send_weekly()
    return [found for found in mail.outbox if found.to == [to] and isinstance(found, EmailMultiAlternatives)]


def test_ask_look_answer_accept_read_the_letter_and_moderate(
    open_as: Callable[..., Page], writes: World, watch: Watch
) -> None:
    watch.expect("status of 404")
    asker, peer, third = open_as(MEMBER), open_as(PEER), open_as(MODERATOR)
    ask(asker)
    address = asker.url
    topic = Topic.objects.get(title=TITLE)

    third.goto(address)
    press(third.get_by_role("main").locator(".chip").first)
    press(third.get_by_role("button", name="Follow the questions about it"))
    third.goto("/notifications/settings/")
    third.get_by_label("Every week, on Monday").check()
    press(third.get_by_role("button", name="Keep these settings"))

    mail.outbox.clear()
    answer(peer, address, ANSWER)
    answer(peer, address, BOAST)
    told = [message for message in mail.outbox if message.to == ["member@demo.example"]]
    assert [ANSWER in str(message.body) for message in told] == [True, False]
    asker.goto("/notifications/")
    press(asker.locator(".tiding a").last)
    expect(asker.locator("main")).to_contain_text(ANSWER)
    asker.get_by_role("article").filter(has_text=ANSWER).get_by_role("button", name="Accept this answer").click()
    expect(asker.locator(".post.accepted")).to_contain_text(ANSWER)

    [letter] = weekly_letters("moderator@demo.example")
    html = str(letter.alternatives[0][0])
    assert TITLE in str(letter.body)
    assert ANSWER in str(letter.body)
    reader = open_as(MODERATOR)
    reader.set_content(html)
    expect(reader.get_by_text(ANSWER)).to_be_visible()
    assert not violations(reader, LETTER)
    link = reader.get_by_role("link", name=TITLE).first
    third.goto(str(link.get_attribute("href")))
    boast = third.get_by_role("article").filter(has_text=BOAST)
    press(boast.get_by_role("link", name="Report"))
    third.get_by_label("Advertising or spam").check()
    press(third.get_by_role("button", name="Send the report"))
    third.goto("/moderation/")
    press(third.get_by_role("link", name=TITLE))
    press(third.get_by_role("button", name="Claim it"))
    third.get_by_label("Hide the post").check()
    third.get_by_label("Reason").fill("It advertises.")
    press(third.get_by_role("button", name="Do it"))

    asker.goto(address)
    expect(asker.locator("main")).to_contain_text(ANSWER)
    expect(asker.get_by_text(BOAST)).to_have_count(0)
    peer.goto("/notifications/")
    expect(peer.get_by_text(TITLE).first).to_be_visible()
    assert topic.posts.filter(hidden=True).count() == 1
