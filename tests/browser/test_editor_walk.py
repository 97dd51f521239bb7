"""Walk-through 3: an editor writes a case in the admin, previews it, sends it for review with a time to go live; a
moderator approves; at its time, and not before, a visitor reads it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import FrameLocator, Page, expect
from wagtail.models import Revision

from cases.models import CaseIndexPage, CasePage
from portal.core import pagecache
from portal.core.models import TickRun
from tests.browser.watch import Watch
from tests.browser.world import World
from tools.page_types import MODERATOR

TITLE = "Two ports share one harbour pilot desk"
SLUG = "two-ports-share-one-harbour-pilot-desk"
SUMMARY = "Two port authorities answer all calls for pilots from one desk."
DESKTOP = {"width": 1600, "height": 1000}


@pytest.fixture(autouse=True)
def _ways_of_the_admin(watch: Watch) -> None:
    """Wagtail's own scripts may warn, and its autosave is refused while a required field is empty."""
    watch.expect("console warning", "status of 400 (Bad Request)")


def write_the_case(page: Page) -> None:
    """Fill in the form of a new case with one result."""
    index = CaseIndexPage.objects.get()
    page.goto(f"/admin/pages/add/cases/casepage/{index.pk}/")
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_summary").fill(SUMMARY)
    page.locator("#id_organisation").fill("Two port authorities")
    page.locator("#id_results-ADD").click()
    page.locator("#id_results-0-measure").fill("Minutes until a pilot is found")
    page.locator("#id_results-0-unit").fill("minutes")
    page.locator("#id_results-0-before").fill("40")
    page.locator("#id_results-0-after").fill("25")
    page.locator("#id_results-0-evidence").select_option("audited")


def previewed(page: Page) -> FrameLocator:
    """Open the preview beside the form."""
    page.locator("[data-side-panel-toggle=preview]").click()
    return page.frame_locator("iframe.w-preview__iframe:not([aria-hidden=true])").last


def schedule(page: Page, moment: datetime) -> None:
    """Set the time to go live in the status panel's dialogue, which saves the draft."""
    page.locator("[data-side-panel-toggle=status]").click()
    page.get_by_role("button", name="Set schedule").or_(page.get_by_role("button", name="Edit schedule")).first.click()
    # Without the focus, with which a calendar opens over the button.
    page.locator("#id_go_live_at").evaluate(
        "(field, value) => { field.value = value; field.dispatchEvent(new Event('change', {bubbles: true})); }",
        moment.strftime("%Y-%m-%d %H:%M"),
    )
    page.get_by_role("button", name="Save schedule").click()


def press_in_menu(page: Page, name: str) -> None:
    """Press a button of the footer's menu, unfolding it first."""
    button = page.locator("footer").get_by_role("button", name=name)
    if not button.is_visible():
        page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    button.click()


def test_a_case_is_written_previewed_reviewed_and_goes_live_at_its_time(
    open_as: Callable[..., Page], writes: World
) -> None:
    visitor = open_as()
    visitor.goto("/cases/")
    assert TITLE not in visitor.content()

    editor = open_as("editor", viewport=DESKTOP)
    write_the_case(editor)
    preview = previewed(editor)
    expect(preview.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(preview.locator("main table")).to_contain_text("Minutes until a pilot is found")
    moment = timezone.now() + timedelta(hours=2)
    schedule(editor, moment)
    expect(editor.locator(".messages")).to_contain_text(TITLE)
    press_in_menu(editor, "Submit to Moderators approval")
    expect(editor.locator(".messages")).to_contain_text("submitted for moderation")
    case = CasePage.objects.get(slug=SLUG)
    assert not case.live

    moderator = open_as(MODERATOR, viewport=DESKTOP)
    moderator.goto("/admin/")
    expect(moderator.locator("main")).to_contain_text(TITLE)
    moderator.goto(f"/admin/pages/{case.pk}/edit/")
    press_in_menu(moderator, "Approve and Publish")
    expect(moderator.locator(".messages")).to_contain_text("has been updated")

    waiting = Revision.objects.page_revisions().get(approved_go_live_at__isnull=False)
    assert abs(waiting.approved_go_live_at - moment) < timedelta(minutes=2)
    expect_hidden(visitor)
    call_command("tick", verbosity=0)
    expect_hidden(visitor)

    time_passes_for(waiting)
    call_command("tick", verbosity=0)
    visitor.goto("/cases/")
    visitor.get_by_role("link", name=TITLE).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
    result = visitor.locator("main tr", has_text="Minutes until a pilot is found")
    expect(result).to_contain_text("40")
    expect(result).to_contain_text("25")
    expect(result).to_contain_text("Audited")
    visitor.goto("/search/?q=harbour+pilot")
    expect(visitor.locator(".hits").get_by_role("link", name=TITLE)).to_be_visible()


def expect_hidden(visitor: Page) -> None:
    """Neither the address nor the list shows the case to a visitor. The list is then in the page cache."""
    answer = visitor.request.get(f"/cases/{SLUG}/")
    assert answer.status == 404
    visitor.goto("/cases/")
    assert TITLE not in visitor.content()


def time_passes_for(waiting: Revision) -> None:
    """Let the time to go live be just past, and the clock's minute be over, as if two hours had gone by."""
    just_now = timezone.now() - timedelta(seconds=5)
    content = {**waiting.content, "go_live_at": just_now.isoformat()}
    Revision.objects.filter(pk=waiting.pk).update(approved_go_live_at=just_now, content=content)
    CasePage.objects.filter(pk=waiting.object_id).update(go_live_at=just_now)
    TickRun.objects.update(last_started=timezone.now() - timedelta(days=2))


def test_a_visitor_reads_what_a_moderator_changed_a_moment_ago(open_as: Callable[..., Page], writes: World) -> None:
    visitor, moderator = open_as(), open_as(MODERATOR, viewport=DESKTOP)
    case = CasePage.objects.get(slug="nasa-shared-services-center")
    visitor.goto(f"/cases/{case.slug}/")
    number = pagecache.generation()
    moderator.goto(f"/admin/pages/{case.pk}/edit/")
    moderator.locator("#id_summary").fill("A summary that was written a moment ago.")
    press_in_menu(moderator, "Publish")
    expect(moderator.locator(".messages")).to_contain_text("published")
    assert pagecache.generation() > number
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text("A summary that was written a moment ago.")
    visitor.goto("/search/?q=%22written+a+moment+ago%22")
    expect(visitor.locator(".hits")).to_contain_text("NASA")


@pytest.mark.parametrize(("who", "enters"), [("editor", True), (MODERATOR, True), ("member", False)])
def test_only_staff_enter_the_admin(who: str, enters: bool, open_as: Callable[..., Page], watch: Watch) -> None:
    watch.expect("status of 404")
    page = open_as(who)
    answer = page.goto("/admin/")
    assert answer is not None
    assert answer.status == (200 if enters else 404)


def test_a_visitor_who_opens_the_admin_signs_in_at_the_one_door(open_as: Callable[..., Page]) -> None:
    page = open_as()
    page.goto("/admin/pages/")
    assert "/accounts/login/?next=/admin/pages/" in page.url
    page.get_by_label("E-mail address").fill("editor@demo.example")
    page.get_by_label("Password").fill("demonstration-only")
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/admin/pages/**")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
