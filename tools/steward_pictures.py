"""`python -m tools.steward_pictures`: the pictures of docs/stewards.md, taken in the demonstration as administrator.

Each is small enough for a repository: few colours, and only the part of the page that the text speaks of.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tools.screenshots import ROOT, demonstration, sign_in

SHELF = ROOT / "docs" / "stewards"
WIDTH, HEIGHT = 1180, 760
COLOURS = 48
FILE = "slug,title,status,definition,broader\nshadow-team,Shadow team,proposed,{meaning},{broader}\n"
MEANING = "People who do the old work beside the new service, often unseen in the budget."


def keep(page: Page, name: str) -> None:
    """Take what the window shows, with few colours."""
    path = SHELF / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def proposal(page: Page) -> None:
    """A proposal with the form that settles it."""
    page.goto("/glossary/proposals/")
    page.get_by_role("link", name="showback").first.click()
    page.get_by_role("heading", name="Settle this proposal").evaluate("heading => heading.scrollIntoView()")
    keep(page, "proposal")


def tree(page: Page) -> None:
    """A scheme with its first branch open."""
    page.goto("/admin/vocabulary/tree/topic/")
    page.locator("[data-branch]").first.click()
    page.locator(".steward-tree .steward-tree .steward-title").first.wait_for()
    keep(page, "tree")


def merge(page: Page) -> None:
    """What a merge would bring."""
    page.locator(".steward-tree .steward-tree").get_by_role("link", name="Merge").first.click()
    page.get_by_role("combobox").fill("service level")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Show what will follow").click()
    page.get_by_role("heading", name="What will follow").wait_for()
    keep(page, "merge")


def spreadsheet(page: Page, folder: Path) -> None:
    """The changes that a file would make."""
    path = folder / "topic.csv"
    path.write_text(FILE.format(meaning=f'"{MEANING}"', broader=""), encoding="utf-8")
    page.goto("/admin/vocabulary/bulk/topic/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Write 1 term").wait_for()
    keep(page, "spreadsheet")


def reports(page: Page) -> None:
    """Use of terms, and searches in vain, of which some are made first."""
    for words in ("wagenpark", "service levels charter", "payrol bureau"):
        page.goto(f"/search/?q={words}")
    page.goto("/admin/reports/terms/")
    keep(page, "use")
    page.goto("/admin/reports/searches/")
    keep(page, "searches")


def chooser(page: Page) -> None:
    """The chooser on a case, with options and chips."""
    page.goto("/admin/pages/")
    for name in ("Common Ground", "Case studies", ""):
        link = page.locator("main a[href$='/edit/']").filter(has_text=name).first
        address = str(link.get_attribute("href"))
        page.goto(address.replace("edit/", "") if name else address)
    field = page.locator("[data-concept-chooser]").first
    field.get_by_role("combobox").fill("service")
    field.get_by_role("option").first.wait_for()
    field.scroll_into_view_if_needed()
    page.mouse.wheel(0, 260)
    page.wait_for_timeout(400)
    keep(page, "chooser")


def main(var_dir: Path) -> None:
    """Take all of them."""
    path = shutil.which("chromium")
    if path is None:
        sys.exit("Chromium is not installed (on Debian: apt-get install chromium).")
    SHELF.mkdir(parents=True, exist_ok=True)
    with demonstration(var_dir) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            base_url=address,
            viewport={"width": WIDTH, "height": HEIGHT},
            storage_state=sign_in(browser, address, "admin"),
            reduced_motion="reduce",
        )
        page = context.new_page()
        proposal(page)
        tree(page)
        merge(page)
        spreadsheet(page, var_dir)
        reports(page)
        chooser(page)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the demonstration is kept for the next time")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        main(given.keep or Path(temporary))
