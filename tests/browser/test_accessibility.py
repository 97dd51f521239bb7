"""Every type of page by axe, in light and dark; by keyboard; without JavaScript; at 320 pixels and at double size."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.soundness import COLOURS, DOUBLE, PHONE, too_wide, violations
from tests.browser.visiting import press, visit
from tests.browser.world import World
from tools.page_types import BOARD, MEMBER, MODERATOR, PAGE_TYPES, PageType

# More than any page has.
MOST_STOPS = 600
# Everything on the page that can be used with a mouse, numbered; of radio buttons one for each question.
USABLE = """() => {
  window.reached = new Set();
  const tags = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const parts = [...document.querySelectorAll(tags)].filter((part) =>
    !part.disabled && !part.closest("[inert], [aria-hidden=true]")
      && part.checkVisibility({ visibilityProperty: true }));
  const asked = new Set();
  return parts.filter((part) => {
    if (part.type !== "radio") return true;
    const isFirst = !asked.has(part.name);
    asked.add(part.name);
    return isFirst;
  }).map((part, id) => {
    const same = part.type === "radio"
      ? document.querySelectorAll(`input[type=radio][name="${CSS.escape(part.name)}"]`) : [part];
    for (const each of same) each.dataset.stop = id;
    return { id: String(id), name: part.outerHTML.slice(0, 160) };
  });
}"""
# Where the keyboard stands, or null past the last stop; what it stands on is noted.
STOP = """() => {
  const held = document.activeElement;
  if (held === document.body) return null;
  window.reached.add(held.dataset.stop);
  const box = held.getBoundingClientRect();
  const ring = [held, held.closest("label"), held.closest("article"), held.nextElementSibling]
    .filter(Boolean).map((part) => getComputedStyle(part));
  return {
    name: held.outerHTML.slice(0, 120), size: box.width * box.height,
    ring: ring.some((look) => (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2)
      || look.boxShadow !== "none"),
  };
}"""
# Pages on which people do most.
BUSY = {
    "case-list", "search-filtered", "topic-signed-in", "topic-moderator", "ask", "inbox-settings", "group-desk",
    "moderation", "profile-edit",
}  # fmt: skip
WORKED_ON = [page_type for page_type in PAGE_TYPES if page_type.name in BUSY]

ForEachType = pytest.mark.parametrize("page_type", PAGE_TYPES, ids=str)


@ForEachType
def test_axe_finds_nothing_and_the_page_fits_a_narrow_window(page_type: PageType, visited: Callable[..., Page]) -> None:
    page = visited(page_type)
    wrong = [f"light: {line}" for line in violations(page)]
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {line}" for line in violations(page, COLOURS)]
    for size in (DOUBLE, PHONE):
        page.set_viewport_size(size)
        wrong += [f"wider than {size['width']} pixels: {line}" for line in too_wide(page)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", [MEMBER, MODERATOR])
def test_axe_finds_nothing_with_the_menus_open(who: str, open_as: Callable[..., Page]) -> None:
    page = open_as(who, viewport={"width": 390, "height": 844})
    page.goto("/cases/")
    wrong: list[str] = []
    for summary in (".menu > summary", ".user-menu > summary", ".facets > summary"):
        page.locator(summary).click()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            wrong += [f"{summary}, {scheme}: {line}" for line in violations(page)]
        # On a phone an open menu covers what is below it.
        page.keyboard.press("Escape")
    assert not wrong, "\n".join(wrong)


def test_the_first_stop_of_the_keyboard_skips_to_the_content(open_as: Callable[..., Page]) -> None:
    page = open_as()
    page.goto("/cases/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("page_type", WORKED_ON, ids=str)
def test_the_keyboard_reaches_everything_that_can_be_used_and_each_stop_is_seen(
    page_type: PageType, visited: Callable[..., Page]
) -> None:
    page = visited(page_type)
    wanted = page.evaluate(USABLE)
    unseen = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break  # past the last one
        unseen += [] if stop["size"] and stop["ring"] else [stop["name"]]
    assert not unseen, "\n".join(unseen)
    assert len(wanted) > 20
    missed = page.evaluate("wanted => wanted.filter((id) => !window.reached.has(id))", [each["id"] for each in wanted])
    assert not missed, "\n".join(each["name"] for each in wanted if each["id"] in missed)


def test_menus_open_and_close_by_keyboard(open_as: Callable[..., Page]) -> None:
    page = open_as(MEMBER, viewport=PHONE)
    page.goto("/")
    for menu in (".menu", ".user-menu"):
        summary = page.locator(f"{menu} > summary")
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator(menu)).to_have_attribute("open", "")
        page.keyboard.press("Tab")
        assert page.evaluate("menu => document.activeElement.closest(menu) !== null", menu)
        page.keyboard.press("Escape")
        expect(page.locator(menu)).not_to_have_attribute("open", "")
        expect(summary).to_be_focused()


def test_facets_work_by_keyboard(open_as: Callable[..., Page]) -> None:
    page = open_as()
    page.goto("/cases/")
    box = page.locator("input[type=checkbox][name=level][value=federal]")
    box.focus()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(r"level=federal"))
    expect(page.locator("input[type=checkbox][name=level][value=federal]")).to_be_checked()


def test_search_suggestions_work_by_keyboard(open_as: Callable[..., Page]) -> None:
    page = open_as()
    page.goto("/")
    field = page.locator("#masthead-search")
    field.focus()
    page.keyboard.type("pay")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(open_as: Callable[..., Page]) -> None:
    page = open_as(MEMBER)
    visit(page, PageType("ask", BOARD + "new/", MEMBER, press="Ask the question"))
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.locator("#id_title")).to_be_focused()
    described = str(page.locator("#id_title").get_attribute("aria-describedby"))
    assert "Give the question a title." in page.locator(f"#{described.split()[-1]}").inner_text()


def test_the_main_jobs_need_no_script(open_as: Callable[..., Page], writes: World) -> None:
    reader = open_as(java_script_enabled=False)
    reader.goto("/cases/")
    reader.locator("input[type=checkbox][name=level][value=federal]").check()
    press(reader.get_by_role("button", name="Apply the filters"))
    assert "level=federal" in reader.url
    expect(reader.locator("input[type=checkbox][name=level][value=federal]")).to_be_checked()
    reader.locator("#masthead-search").fill("payroll")
    reader.locator("header").get_by_role("button", name="Search").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("payroll")

    asker = open_as(MEMBER, java_script_enabled=False)
    asker.goto(BOARD + "new/")
    asker.get_by_label("Your question in one sentence").fill("Does this board work without a script?")
    asker.get_by_label("What peers need to know").fill("It should: the office computers allow none.")
    press(asker.get_by_role("button", name="Ask the question"))
    address = asker.url

    peer = open_as(MODERATOR, java_script_enabled=False)
    peer.goto(address)
    peer.get_by_role("region", name="Your answer").get_by_role("textbox").fill(
        "It does: this answer came without one, too."
    )
    press(peer.get_by_role("button", name="Post the answer"))

    asker.goto(address)
    asker.get_by_role("button", name="Accept this answer").click()
    expect(asker.locator(".post.accepted")).to_contain_text("this answer came without one")
    expect(asker.locator(".solved-by")).to_be_visible()


def test_the_asker_of_an_answered_question_meets_no_barrier(open_as: Callable[..., Page], writes: World) -> None:
    asker, peer = open_as(MEMBER), open_as(MODERATOR)
    asker.goto(BOARD + "new/")
    asker.get_by_label("Your question in one sentence").fill("Which of these two answers is it?")
    asker.get_by_label("What peers need to know").fill("A table:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- and a list")
    press(asker.get_by_role("button", name="Preview"))
    assert violations(asker) == []
    asker.get_by_role("button", name="Ask the question").click()
    expect(asker.locator(".alert.success")).to_be_visible()
    assert violations(asker) == []
    peer.goto(asker.url)
    peer.get_by_role("region", name="Your answer").get_by_role("textbox").fill("This one.")
    press(peer.get_by_role("button", name="Post the answer"))
    asker.goto(asker.url)
    for scheme in ("light", "dark"):
        asker.emulate_media(color_scheme=scheme)
        assert violations(asker) == []
    asker.get_by_role("button", name="Accept this answer").click()
    expect(asker.locator(".post.accepted")).to_be_visible()
    assert violations(asker) == []
