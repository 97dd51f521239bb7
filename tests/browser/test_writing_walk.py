"""Asking in a real browser: what is like it, layout by buttons and keys, mentions, the preview, a crash, no scripts."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from forums.models import Draft, Topic
from tests.browser.soundness import violations
from tests.browser.watch import Watch
from tests.browser.world import World
from tools.page_types import MEMBER

BOARD = "/forums/business-case-and-finance/"
TITLE = "Your question in one sentence"
TEXT = "What peers need to know"


def test_what_is_like_the_title_appears_while_it_is_typed(open_as: Callable[..., Page]) -> None:
    page = open_as(MEMBER)
    page.goto(BOARD + "new/")
    title = page.get_by_label(TITLE)
    before = title.bounding_box()
    title.press_sequentially("How do you set fees for services", delay=15)
    alike = page.get_by_role("region", name="Is it one of these?")
    expect(alike).to_be_visible()
    assert title.bounding_box() == before
    expect(alike.get_by_role("link").nth(1)).to_be_visible()
    # One step of the keyboard leads from the title to the first of them.
    page.keyboard.press("Tab")
    expect(alike.get_by_role("link").first).to_be_focused()
    assert not violations(page)


def test_buttons_and_keys_lay_out_the_text_and_the_preview_follows(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(MEMBER)
    page.goto(BOARD + "new/")
    text = page.get_by_label(TEXT)
    text.fill("depots")
    text.press("Control+a")
    page.get_by_role("button", name="Bold").click()
    expect(text).to_have_value("**depots**")
    text.press("End")
    text.press("Enter")
    page.get_by_role("button", name="List").click()
    text.press_sequentially("one\n")
    text.press("Control+i")
    text.press_sequentially("two")
    expect(text).to_have_value("**depots**\n- one\n*two*")
    expect(page.locator("[data-preview] .prose strong")).to_have_text("depots")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    assert not violations(page)


def test_a_member_is_mentioned_by_keys_alone(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(MEMBER)
    page.goto(BOARD + "new/")
    text = page.get_by_label(TEXT)
    text.press_sequentially("Thanks @coun", delay=20)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    name = options.first.inner_text()
    text.press("Enter")
    assert text.input_value().startswith(f"Thanks [@{name}](/members/")
    expect(options.first).to_be_hidden()
    text.press_sequentially("and @coun", delay=20)
    expect(options.first).to_be_visible()
    assert not violations(page)
    text.press("Escape")
    expect(options.first).to_be_hidden()


def test_a_draft_survives_a_crash_and_ends_with_the_post(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(MEMBER)
    page.goto(BOARD + "new/")
    page.get_by_label(TITLE).fill("Who pays for the quincunx depot?")
    page.get_by_label(TEXT).fill("A long story.")  # in place of what another test may have left as a draft
    expect(page.get_by_text("Draft kept")).to_be_visible()
    page.get_by_label("Add files").set_input_files({"name": "fees.csv", "mimeType": "text/csv", "buffer": b"1;2"})
    expect(page.get_by_label("fees.csv")).to_be_checked()
    # Files and boxes are kept as words are, also where no word follows them.
    with page.expect_response("**/write/draft/"):
        page.get_by_label("Keep my name back").check()
    expect(page.get_by_text("Draft kept")).to_be_visible()
    context = page.context
    page.close(run_before_unload=False)
    again = context.new_page()
    again.goto(BOARD + "new/")
    expect(again.get_by_label(TITLE)).to_have_value("Who pays for the quincunx depot?")
    expect(again.get_by_label(TEXT)).to_have_value("A long story.")
    expect(again.get_by_label("Keep my name back")).to_be_checked()
    expect(again.get_by_label("fees.csv")).to_be_checked()
    again.get_by_label(TEXT).press_sequentially(" Its end.")
    again.get_by_role("button", name="Ask the question").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("Who pays for the quincunx depot?")
    again.wait_for_load_state("networkidle")
    assert Topic.objects.filter(title="Who pays for the quincunx depot?").count() == 1
    assert not Draft.objects.exists()


def test_what_was_typed_last_is_kept_on_leaving(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(MEMBER)
    page.goto(BOARD + "new/")
    page.get_by_label(TEXT).fill("Typed and left at once.")
    # What is sent on leaving may arrive after what is asked for next.
    for _ in range(20):
        page.goto("/forums/drafts/")
        if "Typed and left at once." in page.locator("main").inner_text():
            break
    expect(page.locator("main")).to_contain_text("Typed and left at once.")


def test_a_paste_that_is_too_long_is_kept_whole_and_refused_in_a_sentence(
    open_as: Callable[..., Page], writes: World, watch: Watch
) -> None:
    watch.expect("status of 413")
    page = open_as(MEMBER)
    page.goto(BOARD + "new/")
    page.evaluate("""() => {
        const copied = Object.assign(document.createElement("textarea"), { value: "y".repeat(70000) });
        document.body.append(copied);
        copied.select();
    }""")
    page.keyboard.press("Control+c")
    text = page.get_by_label(TEXT)
    text.focus()
    page.keyboard.press("Control+v")
    sentence = page.get_by_role("alert").filter(has_text="A post may have 65536 characters.")
    expect(sentence).to_be_visible()
    expect(page.get_by_text("Draft kept")).to_be_hidden()
    page.get_by_label(TITLE).fill("Who pays for the quincunx depot?")
    page.get_by_role("button", name="Ask the question").click()
    expect(text).to_be_focused()
    expect(sentence).to_be_visible()
    assert text.input_value() == "y" * 70_000
    assert not Draft.objects.filter(body__contains="y").exists()
    text.fill("Short enough.")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    expect(sentence).to_be_hidden()


def test_everything_works_without_scripts(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(MEMBER, java_script_enabled=False)
    page.goto(BOARD + "new/")
    expect(page.get_by_role("button", name="Bold")).to_be_hidden()
    page.get_by_label("Problem clinic").check()
    page.get_by_label(TITLE).fill("How do you set fees for services?")
    page.get_by_label(TEXT).fill("Our governance board argues about the fees.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("argues about the fees")
    expect(page.get_by_role("region", name="Is it one of these?")).to_be_visible()
    page.get_by_role("group", name="What is it about?").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your drafts")
    page.locator("main").get_by_role("link", name="A new topic on").click()
    expect(page.get_by_label("Problem clinic")).to_be_checked()
    page.get_by_role("button", name="Ask the question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How do you set fees for services?")
    page.get_by_role("link", name="Quote").first.click()
    answer = page.get_by_role("region", name="Your reply").get_by_role("textbox")
    assert "> Our governance board" in answer.input_value()


def test_the_form_fits_a_narrow_phone(open_as: Callable[..., Page]) -> None:
    page = open_as(MEMBER, viewport={"width": 320, "height": 640})
    page.goto(BOARD + "new/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
