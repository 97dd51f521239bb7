"""Lists of results: by keyboard, in place, back again, without scripts, and when something goes wrong."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from portal.notifications.models import Watch as Followed
from portal.search.models import AskedQuery, OpenedHit
from tests.browser.soundness import PHONE, too_wide, violations
from tests.browser.visiting import press
from tests.browser.watch import Watch
from tests.browser.world import World

SCREEN = {"width": 1280, "height": 900}
# Where, and who may look there.
LISTS = [
    *((path, "visitor") for path in ("/search/?q=service", "/cases/", "/toolkit/", "/forums/", "/forums/questions/")),
    ("/members/", "member"),
]


def stay(page: Page) -> None:
    """Leave a sign in the page, by which `stayed` knows it again."""
    page.evaluate("window.sameOne = true")


def stayed(page: Page) -> bool:
    """Whether no other page was loaded since."""
    return bool(page.evaluate("window.sameOne === true"))


def said(page: Page) -> str:
    """What screen readers were told last."""
    return page.locator("body > [role=status]").inner_text()


def count(page: Page) -> int:
    """The number that stands above the results."""
    found = re.search(r"\d+", page.locator("[data-count]").inner_text())
    assert found is not None
    return int(found.group())


def first_box(page: Page) -> tuple[str, str]:
    """The name and value of the first choice that is shown."""
    box = page.locator("form[data-facets] input[type=checkbox]:visible").first
    return str(box.get_attribute("name")), str(box.get_attribute("value"))


@pytest.mark.parametrize(("path", "who"), LISTS)
def test_a_choice_by_keyboard_changes_the_list_in_place_and_back_brings_it_back(
    path: str, who: str, open_as: Callable[..., Page]
) -> None:
    page = open_as(who, viewport=SCREEN)
    page.goto(path)
    stay(page)
    before = page.url
    everything = count(page)
    name, value = first_box(page)
    box = page.locator(f"input[type=checkbox][name={name}][value='{value}']")
    tally = int(page.locator("li", has=box).last.locator(".tally").first.inner_text())
    box.focus()
    page.evaluate("window.from = scrollY")
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(rf"{name}={value}"))
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    assert count(page) == tally <= everything
    expect(page.locator("body > [role=status]")).to_contain_text(str(tally))
    expect(page.locator(".chip.on")).to_have_count(1)
    assert page.evaluate("Math.abs(scrollY - window.from)") < 120
    page.go_back()
    page.wait_for_url(before)
    expect(box).not_to_be_checked()
    assert count(page) == everything
    page.go_forward()
    expect(box).to_be_checked()
    assert stayed(page)


def test_a_chip_taken_away_leaves_the_focus_at_the_number_of_results(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/search/?q=service&kind=case")
    stay(page)
    page.locator(".chip.on").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=service$"))
    expect(page.locator("[data-count]")).to_be_focused()
    assert stayed(page)


def test_orders_pages_and_whole_facets_come_in_place(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/search/?q=service")
    stay(page)
    page.locator(".sorts").get_by_role("link", name="title").click()
    page.wait_for_url(re.compile("sort=title"))
    page.locator("#facet-topic > summary").click()
    cut = page.locator("#facet-topic input").count()
    page.locator("#facet-topic .facet-more a").click()
    page.wait_for_url(re.compile("more=topic"))
    expect(page.locator("#facet-topic .facet-more a")).to_have_text(re.compile("Fewer"))
    expect(page.locator("#facet-topic .facet-more a")).to_be_focused()
    assert page.locator("#facet-topic input").count() > cut
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Next").click()
    page.wait_for_url(re.compile("page=2"))
    expect(page.locator("[data-count]")).to_be_in_viewport()
    assert stayed(page)


def test_days_narrow_a_list_by_their_button_and_are_chips(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/cases/")
    stay(page)
    page.locator("#facet-dates > summary").click()
    page.get_by_label("From").fill("2030-01-01")
    page.get_by_role("button", name="Apply the dates").click()
    page.wait_for_url(re.compile(r"\?since=2030-01-01$"))
    expect(page.locator(".chip.on")).to_contain_text("From 1 January 2030")
    expect(page.locator(".empty")).to_contain_text("Without the dates: ")
    assert stayed(page)


def test_where_the_answer_does_not_come_the_browser_goes_there(open_as: Callable[..., Page], watch: Watch) -> None:
    watch.expect("Failed to load resource", "failed request")
    page = open_as(viewport=SCREEN)
    page.goto("/search/?q=service")
    stay(page)

    def refuse(route: Route) -> None:
        if route.request.headers.get("x-in-place"):
            route.abort()
        else:
            route.continue_()

    page.route("**/search/**", refuse)
    page.locator("input[type=checkbox][name=kind][value=case]").check()
    page.wait_for_url(re.compile("kind=case"))
    expect(page.locator("input[type=checkbox][name=kind][value=case]")).to_be_checked()
    assert not stayed(page)


def test_everything_works_without_a_script(open_as: Callable[..., Page]) -> None:
    page = open_as(java_script_enabled=False, viewport=SCREEN)
    page.goto("/search/?q=service")
    everything = count(page)
    page.locator("input[type=checkbox][name=kind][value=case]").check()
    press(page.get_by_role("button", name="Apply the filters"))
    assert count(page) < everything
    page.locator("#facet-topic > summary").click()
    press(page.locator("#facet-topic .facet-more a"))
    assert page.url.endswith("&more=topic#facet-topic")
    press(page.locator(".sorts").get_by_role("link", name="title"))
    press(page.locator(".chip.on"))
    assert count(page) == everything
    page.goto("/search/?q=payroll&kind=tool")
    press(page.locator(".empty").get_by_role("link", name=re.compile("Without “Tools”")))
    assert count(page) > 0
    page.goto("/search/?q=zzxqv")
    press(page.locator(".empty").get_by_role("link", name="Ask a peer"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Where does your question belong?")
    assert "?q=zzxqv" in str(page.locator("main .board a").first.get_attribute("href"))


def test_the_first_hit_opened_is_counted_by_its_place(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/search/?q=payroll")
    with page.expect_response("**/search/opened/") as answered:
        page.locator(".hit h2 a").nth(1).click()
    assert answered.value.status == 204
    asked = AskedQuery.objects.get(normalised="payroll")
    assert list(OpenedHit.objects.filter(query=asked).values_list("position", "times")) == [(2, 1)]


def test_a_chip_below_a_hit_is_not_the_hit(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/search/?q=payroll")
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url) if "/search/opened/" in request.url else None)
    page.locator(".hit .chips a").first.click()
    page.wait_for_url("**/glossary/**")
    assert told == []


def test_an_equivalent_of_another_country_finds_its_case_and_may_be_left_out(open_as: Callable[..., Page]) -> None:
    page = open_as(java_script_enabled=False, viewport=SCREEN)
    page.goto("/search/?q=permanent+secretary&kind=case")
    case = page.locator(".hit", has=page.locator("a[href*='british-columbia']"))
    expect(case.locator(".meta").first).to_contain_text("Case")
    expect(case.locator(".meta time")).to_have_attribute("datetime", re.compile(r"^20\d\d-"))
    expect(page.locator("main .notice")).to_contain_text("deputy minister")
    expect(case.locator("mark").first).to_have_text(re.compile("deputy", re.IGNORECASE))
    press(page.get_by_role("link", name="Search these exact words only"))
    expect(page.locator("main .notice")).to_contain_text("Only these exact words")
    expect(page.locator(".hit mark").filter(has_text=re.compile("deputy", re.IGNORECASE))).to_have_count(0)


def test_a_search_is_kept_for_the_digest_and_given_up_again(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as("member", viewport=SCREEN)
    page.goto("/search/?q=payroll&kind=case")
    press(page.get_by_role("button", name="Keep this search in my digest"))
    kept = Followed.objects.get(kind="search", active=True)
    assert kept.key
    page.goto("/notifications/settings/")
    link = page.locator("main").get_by_role("link", name=re.compile("payroll")).first
    expect(link).to_have_attribute("href", re.compile(r"/search/\?(?=.*q=payroll)(?=.*kind=case)"))
    page.goto("/search/?q=payroll&kind=case")
    press(page.get_by_role("button", name="Stop following"))
    assert not Followed.objects.filter(kind="search", active=True).exists()


# --- suggestions ------------------------------------------------------------------------------------------------------


def field(page: Page, path: str = "/") -> None:
    page.goto(path)
    page.locator("#masthead-search").focus()


def test_suggestions_are_walked_and_chosen_by_keyboard(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    field(page, "/about/")
    page.keyboard.type("pay")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    box = page.get_by_role("combobox", name="Search the portal")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("group", name="Terms").get_by_role("option").first).to_be_visible()
    expect(page.locator("body > [role=status]")).to_contain_text("Suggestions:")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Home")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("pay")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    name = options.first.locator("span").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/glossary/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(name, re.IGNORECASE))


def test_enter_without_a_choice_searches_for_what_was_typed(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    field(page)
    page.keyboard.type("pay")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q=pay$"))


def test_recent_searches_stay_in_this_browser_until_they_are_forgotten(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    for words in ("fleet", "payroll"):
        field(page)
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"q={words}"))
    field(page)
    page.keyboard.press("ArrowDown")
    recent = page.get_by_role("group", name="Your recent searches").get_by_role("option")
    expect(recent).to_have_text(["payroll", "fleet", "Forget them"])
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=fleet"))
    field(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("body > [role=status]")).to_contain_text("forgotten")
    page.keyboard.press("ArrowDown")
    expect(recent.first).to_be_hidden()
    assert page.evaluate("localStorage.getItem('searches')") is None


def test_what_a_member_searched_for_is_forgotten_once_nobody_is_signed_in(open_as: Callable[..., Page]) -> None:
    page = open_as("member", viewport=SCREEN)
    field(page)
    page.keyboard.type("payroll")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=payroll"))
    kept = "localStorage.getItem('searches-as-member')"
    assert page.evaluate(kept) == '["payroll"]'
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate(kept) is None


def test_a_server_that_is_away_or_slow_hinders_nobody(open_as: Callable[..., Page], watch: Watch) -> None:
    watch.expect("Failed to load resource", "failed request")
    page = open_as(viewport=SCREEN)
    page.route("**/search/suggest/**", lambda route: route.abort())
    field(page)
    page.keyboard.type("payroll")
    page.wait_for_event("requestfailed")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=payroll"))


def test_suggestions_are_sound_in_light_and_dark_and_fit_a_phone(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=PHONE)
    field(page)
    page.keyboard.type("pay")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    wrong = [f"light: {line}" for line in violations(page)]
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {line}" for line in violations(page)]
    wrong += too_wide(page)
    assert not wrong, "\n".join(wrong)
