"""Walk-through: a lead sees on the board's page that a question is long, sums it up, changes the summary and takes it
away; and somebody who edits a post sees what it said before."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from forums import services
from forums.leading import ANSWERS_TO_SUM_UP
from forums.models import Post, Topic
from portal.accounts.models import User
from tests.browser.soundness import is_sound
from tests.browser.visiting import press
from tests.browser.world import World
from tools.page_types import LEAD, MEMBER, VISITOR

BOARD = "/groups/privacy/privacy-board/"
SUMMARY = "Ask for a certificate that names **each copy** that is left."


@pytest.fixture
def long_question(writes: World) -> Topic:
    """A question on the group's board with so many answers that it is worth a summary."""
    topic = Topic.objects.select_related("board").get(title__contains="When is the last copy")
    member = User.objects.get(email="member@demo.example")
    for number in range(ANSWERS_TO_SUM_UP):
        services.answer(topic, member, body=f"Our depot {number} keeps its tapes for a year.")
    return topic


def test_a_lead_sums_a_long_question_up(long_question: Topic, open_as: Callable[..., Page]) -> None:
    lead, reader = open_as(LEAD, java_script_enabled=False), open_as(VISITOR)
    lead.goto(BOARD)
    press(lead.get_by_role("link", name="Look after this board"))
    press(
        lead.get_by_role("region", name="Long questions without a summary").get_by_role(
            "link", name=long_question.title
        )
    )
    press(lead.get_by_role("link", name="Sum it up"))
    lead.get_by_role("main").get_by_role("textbox").fill(SUMMARY)
    press(lead.get_by_role("button", name="Preview"))
    expect(lead.locator(".preview strong")).to_have_text("each copy")
    press(lead.get_by_role("button", name="Save the summary"))

    reader.goto(long_question.url)
    summary = reader.get_by_role("region", name="Summary")
    expect(summary).to_contain_text("a certificate that names each copy that is left")
    expect(summary).to_contain_text(User.objects.get(email="lead@demo.example").name)
    stands = reader.evaluate("document.querySelector('main section').getAttribute('aria-labelledby')")
    assert stands == "summary", "it stands above the question"
    is_sound(reader)

    press(lead.get_by_role("link", name="Change the summary"))
    expect(lead.get_by_role("main").get_by_role("textbox")).to_have_value(SUMMARY)
    lead.get_by_role("main").get_by_role("textbox").fill("")
    press(lead.get_by_role("button", name="Save the summary"))
    reader.reload()
    expect(reader.get_by_role("region", name="Summary")).to_have_count(0)


def test_who_edits_a_post_sees_what_it_said_before(long_question: Topic, open_as: Callable[..., Page]) -> None:
    post = Post.objects.filter(topic=long_question).latest("pk")
    author, reader = open_as(MEMBER), open_as(VISITOR)
    author.goto(f"{BOARD}post/{post.pk}/")
    press(author.locator(f"#post-{post.pk}").get_by_role("link", name="Edit"))
    is_sound(author)
    author.get_by_role("main").get_by_role("textbox").first.fill("Our depot 0 keeps its tapes for two years.")
    press(author.get_by_role("button", name="Save the change"))
    mine = author.locator(f"#post-{post.pk}")
    expect(mine).to_contain_text("edited")
    press(mine.get_by_role("link", name="Earlier versions"))
    expect(author.locator("del").first).to_be_visible()
    expect(author.locator("ins").filter(has_text="two")).to_be_visible()
    is_sound(author)
    reader.goto(f"{BOARD}post/{post.pk}/")
    expect(reader.locator(f"#post-{post.pk}")).to_contain_text("edited")
    expect(reader.get_by_role("link", name="Earlier versions")).to_have_count(0)
