"""Files beside a post: sent before it is posted, and without JavaScript; found again, private where the board is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from forums.models import Attachment
from tests.browser.soundness import PHONE, too_wide, violations
from tests.browser.visiting import press
from tests.browser.world import World
from tests.factories.members import picture
from tools.page_types import BOARD, MEMBER

PHOTO: FilePayload = {"name": "Our depot.png", "mimeType": "image/png", "buffer": picture((900, 300)).getvalue()}
PRICES: FilePayload = {"name": "Prices.csv", "mimeType": "text/csv", "buffer": b"service;price\npayroll;12.50\n"}
PAGE: FilePayload = {"name": "page.html", "mimeType": "text/html", "buffer": b"<script>window.__pwned=1</script>"}
TITLE = "Does anybody know this depot?"


@pytest.fixture(autouse=True)
def _leave_no_files(writes: World) -> object:
    yield
    Attachment.objects.all().delete()


def begin(page: Page) -> None:
    page.goto(BOARD + "new/")
    page.locator("main [name=title]").fill(TITLE)
    page.locator("main [name=body]").fill("Look: ")


def check(page: Page, where: str) -> None:
    assert [f"{where}: {line}" for line in violations(page)] == []
    page.set_viewport_size(PHONE)
    assert [f"{where} at 320 pixels: {line}" for line in too_wide(page)] == []


def test_a_member_sends_files_while_writing_and_everybody_sees_them(
    open_as: Callable[..., Page], writes: World
) -> None:
    member, visitor = open_as(MEMBER), open_as()
    begin(member)
    member.get_by_label("Add files").set_input_files([PHOTO, PRICES])
    expect(member.get_by_label("Prices.csv")).to_be_checked()
    expect(member.get_by_label("Our depot.png")).to_be_checked()
    member.get_by_role("button", name="Place in the text").first.click()
    expect(member.locator("main [name=body]")).to_have_value("Look: " + str(placed()))
    check(member, "the form")
    press(member.get_by_role("button", name="Ask the question"))
    visitor.goto(member.url)
    shown = visitor.locator(".question-post .prose img")
    expect(shown).to_have_attribute("alt", "Our depot.png")
    assert shown.evaluate("image => image.complete && image.naturalWidth") == 900
    expect(visitor.get_by_role("link", name="Prices.csv")).to_be_visible()
    check(visitor, "the topic")
    with visitor.expect_download() as saved:
        visitor.get_by_role("link", name="Prices.csv").click()
    assert saved.value.path().read_bytes() == PRICES["buffer"]


def placed() -> str:
    photo = Attachment.objects.get(name="Our depot.png")
    return f"![Our depot.png]({photo.url})"


def test_what_is_not_taken_is_said_beside_the_field_and_the_rest_is_there(
    open_as: Callable[..., Page], writes: World
) -> None:
    member = open_as(MEMBER)
    begin(member)
    member.get_by_label("Add files").set_input_files([PAGE, PRICES])
    expect(member.locator("[data-progress]")).to_contain_text("page.html: files of this kind are not taken")
    expect(member.get_by_label("Prices.csv")).to_be_checked()


def test_files_go_with_the_form_where_there_is_no_javascript(open_as: Callable[..., Page], writes: World) -> None:
    member = open_as(MEMBER, java_script_enabled=False)
    begin(member)
    member.get_by_label("Add files").set_input_files([PHOTO, PRICES])
    press(member.get_by_role("button", name="Preview"))
    member.get_by_label("Our depot.png").uncheck()
    expect(member.get_by_text("![Our depot.png]")).to_be_visible()
    press(member.get_by_role("button", name="Ask the question"))
    expect(member.locator("h1")).to_have_text(TITLE)
    expect(member.locator(".attached a")).to_have_text(["Prices.csv"])
    press(member.locator(".question-post").get_by_role("link", name="Edit"))
    member.get_by_label("Prices.csv").uncheck()
    press(member.get_by_role("button", name="Save the change"))
    expect(member.locator(".attached a")).to_have_count(0)
