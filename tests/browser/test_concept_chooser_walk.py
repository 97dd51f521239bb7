"""Walk-through: a member chooses terms by keyboard; a steward opens a tree, tags a case and merges two terms."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cases.models import CasePage
from portal.accounts.models import User
from portal.members.models import Profile
from taxonomy.models import Concept
from tests.browser.soundness import too_wide, violations
from tests.browser.watch import Watch
from tests.browser.world import World
from tools.page_types import MEMBER, MODERATOR, STEWARD

DESKTOP = {"width": 1400, "height": 1000}
FIELD = "[data-concept-chooser][data-name=ask_about]"


def barriers(page: Page) -> list[str]:
    """What axe finds on the page as it stands, in light and dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += violations(page)
    return found


def test_a_member_chooses_terms_by_keyboard_and_meets_no_barrier(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(MEMBER)
    page.goto("/members/me/")
    chooser = page.locator(FIELD)
    chooser.get_by_role("combobox").focus()
    page.keyboard.type("service level")
    expect(chooser.get_by_role("option").first).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    expect(chooser.locator("[role=option][aria-selected=true]")).to_have_count(1)
    title = chooser.locator("[role=option][aria-selected=true] strong").inner_text()
    page.keyboard.press("Enter")
    expect(chooser.locator(".concept-chooser__chosen")).to_contain_text(title)
    expect(chooser.get_by_role("combobox")).to_be_focused()
    chooser.get_by_text("Browse the tree").click()
    expect(chooser.locator(".concept-chooser__tree li").first).to_be_visible()
    assert barriers(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert too_wide(page) == []
    page.get_by_role("button", name="Save the profile").click()
    profile = Profile.objects.get(user=User.objects.get(email="member@demo.example"))
    assert profile.ask_about.filter(title=title).exists()
    page.goto("/members/me/")
    remove = page.locator(FIELD).get_by_role("button", name=f"Remove: {title}")
    remove.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save the profile").click()
    assert not profile.ask_about.filter(title=title).exists()


def test_what_one_writes_suggests_terms(open_as: Callable[..., Page]) -> None:
    page = open_as(MEMBER)
    page.goto("/members/me/")
    page.locator("#id_about").fill("I have written every service level agreement of our county.")
    chooser = page.locator(FIELD)
    chooser.get_by_role("button", name="Suggest from the text").click()
    suggestion = chooser.locator(".concept-chooser__suggested button").first
    expect(suggestion).to_be_focused()
    page.keyboard.press("Enter")
    expect(chooser.locator(".concept-chooser__chosen li")).not_to_have_count(0)


def test_terms_are_chosen_without_scripts(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(MEMBER, java_script_enabled=False)
    page.goto("/members/me/")
    page.locator("[name=ask_about-typed]").fill("no such term at all")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_role("alert").first).to_contain_text("No term is called “no such term at all”.")
    concept = Concept.objects.filter(status="agreed").earliest("pk")
    page.locator("[name=ask_about-typed]").fill(concept.slug)
    page.get_by_role("button", name="Save the profile").click()
    profile = Profile.objects.get(user=User.objects.get(email="member@demo.example"))
    assert profile.ask_about.filter(pk=concept.pk).exists()


@pytest.fixture
def _ways_of_the_admin(watch: Watch) -> None:
    watch.expect("console warning", "status of 400 (Bad Request)")


@pytest.mark.usefixtures("_ways_of_the_admin")
def test_a_steward_opens_a_tree_and_merges_two_terms(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(STEWARD, viewport=DESKTOP)
    page.goto("/admin/vocabulary/tree/topic/")
    opener = page.locator("[data-branch]").first
    opener.focus()
    page.keyboard.press("ArrowRight")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".steward-tree .steward-tree li").first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(opener).to_have_attribute("aria-expanded", "false")
    one, other = Concept.objects.filter(scheme__slug="topic", narrower_links=None, status="agreed").order_by("pk")[:2]
    page.goto(f"/admin/vocabulary/terms/{one.pk}/merge/")
    page.get_by_role("combobox").fill(other.title)
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Show what will follow").click()
    expect(page.get_by_role("heading", name="What will follow")).to_be_visible()
    page.get_by_role("button", name="Merge the two").click()
    expect(page.locator(".messages")).to_contain_text("has been merged into")
    one.refresh_from_db()
    assert one.merged_into == other
    page.goto(f"/glossary/{one.slug}/")
    assert page.url.endswith(f"/glossary/{other.slug}/")


@pytest.mark.usefixtures("_ways_of_the_admin")
def test_an_editor_tags_a_case_by_search_and_by_its_text(open_as: Callable[..., Page], writes: World) -> None:
    page = open_as(MODERATOR, viewport=DESKTOP)
    case = CasePage.objects.get(slug="nasa-shared-services-center")
    page.goto(f"/admin/pages/{case.pk}/edit/")
    chooser = page.locator("[data-concept-chooser]").first
    chooser.scroll_into_view_if_needed()
    chooser.get_by_role("button", name="Suggest from the text").click()
    expect(chooser.locator(".concept-chooser__status")).not_to_be_empty()
    chooser.get_by_role("combobox").fill("shadow")
    expect(chooser.get_by_role("option").first.or_(chooser.get_by_text("No term is called so."))).to_be_visible()
