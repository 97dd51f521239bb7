"""A member reports an answer; a moderator claims it and hides it with a reason; its author reads why."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from forums import services
from forums.models import Post, Topic
from portal.accounts.models import User
from portal.core.urlpaths import page_url
from portal.moderation import guidelines
from portal.moderation.models import Act
from tests.browser.soundness import is_sound
from tests.browser.visiting import press
from tests.browser.watch import Watch
from tests.browser.world import World
from tools.page_types import MEMBER, MODERATOR, VISITOR

REASON = "This advertises a product."
WORDS = "Quillwort is the best product that money can buy."


@pytest.fixture(autouse=True)
def _missing_pages(watch: Watch) -> None:
    """What was hidden is missing to visitors."""
    watch.expect("status of 404")


@pytest.fixture
def answer(writes: World) -> Post:
    """An answer of the demonstration's member to somebody else's question on a public board."""
    author = User.objects.get(email="editor@demo.example")
    open_boards = Topic.objects.filter(board__gate__audience__key="", locked=False, hidden=False)
    topic = open_boards.select_related("board").exclude(author=author).order_by("pk").first()
    assert topic is not None
    guidelines.publish("Be kind, say where your figures come from, and do not advertise.", must_accept=False)
    return services.answer(topic, author, body=WORDS)[0]


def test_report_claim_hide_and_take_back(answer: Post, open_as: Callable[..., Page]) -> None:
    where = f"{page_url(answer.topic.board)}post/{answer.pk}/"
    reporter, moderator = open_as(MEMBER), open_as(MODERATOR)
    reporter.goto(where)
    article = reporter.locator(f"#post-{answer.pk}")
    press(article.get_by_role("link", name="Report"))
    is_sound(reporter)
    press(reporter.get_by_role("button", name="Send the report"))
    expect(reporter.get_by_role("alert")).to_contain_text("Choose what is wrong.")
    reporter.get_by_label("Advertising or spam").check()
    reporter.get_by_label("In your words").fill("I do not need any.")
    press(reporter.get_by_role("button", name="Send the report"))
    expect(reporter.locator(".alert.success")).to_contain_text("A moderator looks at it")

    moderator.goto("/moderation/")
    is_sound(moderator)
    press(moderator.get_by_role("link", name=answer.topic.title))
    press(moderator.get_by_role("button", name="Claim it"))
    is_sound(moderator)
    expect(moderator.get_by_text("I do not need any.")).to_be_visible()
    moderator.get_by_label("Hide the post").check()
    moderator.get_by_label("Reason").fill(REASON)
    press(moderator.get_by_role("button", name="Do it"))

    visitor = open_as(VISITOR)
    visitor.goto(answer.topic.url)
    expect(visitor.get_by_text(WORDS)).to_have_count(0)
    reporter.goto("/moderation/reports/")
    is_sound(reporter)
    expect(reporter.get_by_text("done something about it")).to_be_visible()
    author = open_as("editor")
    author.goto(f"/moderation/outcomes/{Act.objects.get(reason=REASON).pk}/")
    is_sound(author)
    expect(author.get_by_text(REASON)).to_be_visible()

    moderator.goto("/moderation/log/")
    is_sound(moderator)
    press(moderator.get_by_role("button", name="Take back"))
    visitor.reload()
    expect(visitor.get_by_text(WORDS)).to_be_visible()


def test_the_pages_of_moderators_hold(answer: Post, open_as: Callable[..., Page]) -> None:
    board = page_url(answer.topic.board)
    topic = answer.topic_id
    moderator = open_as(MODERATOR)
    for path in (
        f"/moderation/members/{answer.author_id}/",
        f"{board}moderate/topic/{topic}/split/",
        f"{board}moderate/topic/{topic}/merge/",
        f"{board}moderate/topic/{topic}/move/",
        f"{board}moderate/post/{answer.pk}/edit/",
        f"{board}records/topic/{topic}/print/",
        "/moderation/guidelines/",
    ):
        moderator.goto(path)
        is_sound(moderator)
