"""Marked terms and the glossary's search as one types, by mouse, keyboard and finger, with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.soundness import PHONE, too_wide, violations
from tools.page_types import MEMBER

CASE = "/cases/nasa-shared-services-center/"
WORD = "Unit cost"
TERM = "/glossary/unit-cost/"


def term_of(page: Page) -> tuple[Locator, Locator]:
    """A marked term of the case, and its note."""
    page.goto(CASE)
    term = page.locator("a.term", has_text=WORD)
    note_text = page.locator(f"#{term.get_attribute('aria-describedby')}")
    return term, page.locator("[popover]").filter(has=note_text)


def test_pointing_shows_the_definition_and_the_pointer_may_go_there(open_as: Callable[..., Page]) -> None:
    page = open_as()
    term, note = term_of(page)
    expect(note).to_be_hidden()
    term.hover()
    expect(note).to_be_visible()
    note.hover()
    page.wait_for_timeout(600)
    expect(note).to_be_visible()
    note.get_by_role("link", name="More on this term").click()
    expect(page).to_have_url(re.compile(f"{TERM}$"))


def test_pointing_elsewhere_closes_the_definition(open_as: Callable[..., Page]) -> None:
    page = open_as()
    term, note = term_of(page)
    term.hover()
    expect(note).to_be_visible()
    page.get_by_role("heading", level=1).hover()
    expect(note).to_be_hidden()


def test_escape_closes_the_definition_without_moving_the_pointer_or_the_focus(open_as: Callable[..., Page]) -> None:
    page = open_as()
    term, note = term_of(page)
    term.hover()
    expect(note).to_be_visible()
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    reach(page, term)
    expect(note).to_be_visible()
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(term).to_be_focused()


def reach(page: Page, term: Locator) -> None:
    """Come to `term` as somebody does who has only the keyboard."""
    page.mouse.move(0, 0)
    page.locator("a.term").first.focus()
    for _step in range(30):
        if term.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("the keyboard does not reach the term")


def test_the_keyboard_shows_the_definition_and_follows_the_term(open_as: Callable[..., Page]) -> None:
    page = open_as()
    term, note = term_of(page)
    reach(page, term)
    expect(note).to_be_visible()
    expect(page.locator("[popover]:popover-open")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(note).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    expect(note).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{TERM}$"))


def test_assistive_technology_hears_the_definition_with_the_term(open_as: Callable[..., Page]) -> None:
    page = open_as()
    term, _note = term_of(page)
    expect(term).to_have_role("link")
    expect(term).to_have_accessible_name(WORD)
    expect(term).to_have_accessible_description(re.compile(r"^unit cost .{20,}", re.IGNORECASE))


def test_a_first_tap_shows_the_definition_within_a_narrow_window_and_a_second_one_follows(
    open_as: Callable[..., Page],
) -> None:
    page = open_as(has_touch=True, is_mobile=True, viewport=PHONE)
    term, note = term_of(page)
    term.tap()
    expect(note).to_be_visible()
    assert not too_wide(page)
    box = note.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    page.get_by_role("heading", level=1).tap()
    expect(note).to_be_hidden()
    term.tap()
    expect(note).to_be_visible()
    term.tap()
    expect(page).to_have_url(re.compile(f"{TERM}$"))


def test_axe_finds_nothing_with_a_definition_open(open_as: Callable[..., Page]) -> None:
    page = open_as()
    term, note = term_of(page)
    reach(page, term)
    expect(note).to_be_visible()
    wrong = [f"light: {line}" for line in violations(page)]
    page.emulate_media(color_scheme="dark")
    expect(note).to_be_visible()
    wrong += [f"dark: {line}" for line in violations(page)]
    assert not wrong, "\n".join(wrong)


def test_without_scripts_a_term_is_a_link_and_its_definition_still_described(open_as: Callable[..., Page]) -> None:
    page = open_as(java_script_enabled=False)
    term, note = term_of(page)
    expect(note).to_be_hidden()
    expect(term).to_have_accessible_description(re.compile(r"^unit cost .{20,}", re.IGNORECASE))
    term.click()
    expect(page).to_have_url(re.compile(f"{TERM}$"))


def test_a_printed_page_shows_no_marks(open_as: Callable[..., Page]) -> None:
    page = open_as()
    term, _note = term_of(page)
    assert "dotted" in term.evaluate("element => getComputedStyle(element).textDecoration")
    page.emulate_media(media="print")
    assert term.evaluate("element => getComputedStyle(element).textDecorationLine") == "none"
    assert term.evaluate("e => getComputedStyle(e).color === getComputedStyle(e.parentElement).color")


@pytest.mark.parametrize("who", ["visitor", MEMBER])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_switches_the_marks_off_and_on_again(who: str, scripts: bool, open_as: Callable[..., Page]) -> None:
    page = open_as(who, java_script_enabled=scripts)
    page.goto(CASE)
    expect(page.locator("a.term")).not_to_have_count(0)
    page.get_by_role("contentinfo").get_by_role("link", name="Marked terms").click()
    page.get_by_role("button", name="Do not mark terms").click()
    expect(page).to_have_url(re.compile(f"{CASE}$"))
    expect(page.locator("a.term, .term-note")).to_have_count(0)
    page.get_by_role("contentinfo").get_by_role("link", name="Marked terms").click()
    page.get_by_role("button", name="Mark terms again").click()
    expect(page).to_have_url(re.compile(f"{CASE}$"))
    expect(page.locator("a.term")).not_to_have_count(0)


def test_the_glossary_narrows_while_one_types(open_as: Callable[..., Page]) -> None:
    page = open_as()
    page.goto("/glossary/")
    whole = page.locator("#glossary-list .terms dt > a").count()
    field = page.get_by_role("searchbox", name="Find a term")
    field.press_sequentially("unit co", delay=30)
    expect(page.locator("#glossary-list .terms dt > a")).to_have_count(1)
    assert whole > 1
    expect(field).to_be_focused()
    expect(field).to_have_value("unit co")
    expect(page).to_have_url(re.compile(r"/glossary/\?q=unit\+co$"))
    expect(page.get_by_role("status").filter(has_text="1 term")).to_have_count(1)
    for link in page.locator("#glossary-list a").all():
        assert "part=" not in str(link.get_attribute("href"))
    page.locator("#glossary-list .terms dt > a").click()
    page.go_back()
    expect(field).to_have_value("unit co")
    expect(page.locator("#glossary-list .terms dt > a")).to_have_count(1)


def test_emptying_the_field_shows_the_whole_glossary_again(open_as: Callable[..., Page]) -> None:
    page = open_as()
    page.goto("/glossary/?q=unit")
    some = page.locator("#glossary-list .terms dt > a").count()
    page.get_by_role("searchbox", name="Find a term").fill("")
    expect(page).to_have_url(re.compile(r"/glossary/$"))
    assert page.locator("#glossary-list .terms dt > a").count() > some


def test_what_is_typed_within_a_scheme_stays_within_it_and_is_said_when_nothing_fits(
    open_as: Callable[..., Page],
) -> None:
    page = open_as()
    page.goto("/glossary/?scheme=funding-model")
    page.get_by_role("searchbox", name="Find a term").press_sequentially("zzxqv", delay=20)
    expect(page.get_by_text("No term begins with “zzxqv”")).to_be_visible()
    expect(page).to_have_url(re.compile(r"scheme=funding-model&q=zzxqv$"))
    assert not violations(page)


def test_without_scripts_the_glossary_is_searched_by_its_button(open_as: Callable[..., Page]) -> None:
    page = open_as(java_script_enabled=False)
    page.goto("/glossary/")
    page.get_by_role("searchbox", name="Find a term").fill("unit cost")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#glossary-list .terms dt > a")).to_have_count(1)
