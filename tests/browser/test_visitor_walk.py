"""Walk-through 1: a visitor finds a case, walks the starter kit, takes a tool, looks a word up, and searches."""

import re
from collections.abc import Callable
from pathlib import Path

from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

SCREEN = {"width": 1280, "height": 800}
STAGES = 5
FEE = re.compile("^fee[ -]for[ -]service$", re.IGNORECASE)


def choose(page: Page, facet: str, value: str) -> None:
    """Tick one choice of a facet, as a reader does, and wait for the results."""
    box = page.locator(f"input[type=checkbox][name={facet}][value={value}]")
    for fold in page.locator("details.facet, details.branch").filter(has=box).all():
        if fold.get_attribute("open") is None:
            fold.locator("> summary").click()
    box.check()
    page.wait_for_url(re.compile(rf"{facet}={value}"))
    expect(box).to_be_checked()


def titles(page: Page) -> list[str]:
    """The titles of the cards on the page."""
    return page.locator("main .card").get_by_role("heading").all_inner_texts()


def take(page: Page, link: Locator) -> Path:
    """Download what `link` leads to and return where it lies."""
    with page.expect_download() as waiting:
        link.click()
    return Path(waiting.value.path())


def test_the_home_page_says_in_one_screen_what_this_is_and_where_to_go(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(
        page.locator(".hero").get_by_role("searchbox").or_(page.locator(".hero").get_by_role("combobox"))
    ).to_be_in_viewport()
    doors = page.get_by_role("navigation", name="Start here").get_by_role("link")
    expect(doors).to_have_count(3)
    for door in doors.all():
        expect(door).to_be_in_viewport()


def test_a_visitor_filters_the_cases_and_reads_one(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/")
    page.get_by_role("navigation", name="Start here").get_by_role("link", name="Find what peers did").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Case studies")
    everything = titles(page)
    choose(page, "service-line", "hr")
    choose(page, "level", "federal")
    choose(page, "place", "united-states")
    fewer = titles(page)
    assert 0 < len(fewer) < len(everything)

    page.locator("main .card").get_by_role("link", name=re.compile("NASA")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("NASA Shared Services Center")
    facts = page.locator("dl.facts")
    expect(facts).to_contain_text("Some 55 administrative functions")
    expect(facts).to_contain_text("10 research, space and flight centers")
    sources = page.get_by_role("region", name="Sources")
    expect(sources).to_contain_text("Tom Fox")
    expect(page.get_by_role("region", name="Not reported")).to_contain_text("Cost before and after")

    page.get_by_role("complementary").get_by_role("link", name=re.compile("[Ss]ervice-level agreement")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("service-level agreement", re.IGNORECASE))


def test_going_back_from_a_case_keeps_the_filters(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/cases/")
    choose(page, "level", "federal")
    found = titles(page)
    page.locator("main .card").get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/cases/[a-z-]+/$"))
    page.go_back()
    page.wait_for_url(re.compile("level=federal"))
    assert titles(page) == found


def test_the_five_stages_of_the_starter_kit_follow_one_another(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Starter kit").click()
    stages = page.locator(".stage-list h2 a")
    addresses = [str(stage.get_attribute("href")) for stage in stages.all()]
    assert len(addresses) == STAGES
    stages.first.click()
    walked = []
    for number in range(1, STAGES + 1):
        page.wait_for_url("**" + addresses[number - 1])
        walked.append(page.get_by_role("heading", level=1).inner_text())
        expect(page.locator("main .page-head")).to_contain_text(f"Stage {number}")
        tools = page.get_by_role("region", name="Tools to take").locator(".card")
        assert tools.count() >= 3
        if number < STAGES:
            page.locator("a[rel=next]").click()
    assert len(set(walked)) == STAGES
    expect(page.locator("a[rel=next]")).to_have_count(0)


def test_a_visitor_takes_a_document_and_a_workbook(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/toolkit/governance/service-level-agreement-template/")
    words = take(page, page.get_by_role("region", name="Take it").locator("a[href$='.docx']"))
    document = Document(str(words))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert len(text) > 1000
    assert any(paragraph.style is not None and paragraph.style.name == "Heading 1" for paragraph in document.paragraphs)

    page.goto("/toolkit/authorisation/stakeholder-register/")
    sheet = take(page, page.get_by_role("region", name="Take it").locator("a[href$='.xlsx']"))
    # A download of Chromium has no extension, by which openpyxl tells formats apart.
    with sheet.open("rb") as file:
        workbook = load_workbook(file)
    assert sum(len(list(tab.values)) for tab in workbook.worksheets) > 5


def test_a_visitor_looks_a_word_up(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/cases/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Glossary").click()
    page.get_by_label("Find a term").fill("fee")
    page.get_by_role("button", name="Find").click()
    page.locator("dl.terms").get_by_role("link", name=FEE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FEE)
    assert len(page.locator("main .prose").first.inner_text()) > 40
    page.get_by_role("region", name="On this portal").get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("NASA")


def test_a_visitor_searches_from_any_page_and_narrows_what_is_found(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    for start in ("/toolkit/", "/forums/", "/insights/", "/glossary/fee-for-service/", "/accounts/login/"):
        page.goto(start)
        page.locator("#masthead-search").fill("payroll")
        page.locator("header.masthead").get_by_role("button", name="Search").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("“payroll”")
    everything = page.locator(".hit").count()
    kinds = page.locator("details.facet").filter(has=page.locator("input[name=kind]")).locator("li")
    assert kinds.count() >= 2
    tally = int(page.locator("li", has=page.locator("input[name=kind][value=case]")).locator(".tally").inner_text())
    choose(page, "kind", "case")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(rf"(^|\s){tally} results? for"))
    assert 0 < page.locator(".hit").count() <= everything
    page.get_by_role("link", name="Clear all").click()
    page.wait_for_url(re.compile(r"q=payroll$"))


def test_an_abbreviation_finds_what_is_written_out(open_as: Callable[..., Page]) -> None:
    page = open_as(viewport=SCREEN)
    page.goto("/search/?q=SLA")
    expect(page.locator(".hits")).to_contain_text(re.compile("service-level agreement", re.IGNORECASE))
