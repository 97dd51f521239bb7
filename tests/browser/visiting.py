"""Going to a type of page: open, follow, press."""

from playwright.sync_api import Locator, Page

from tools.page_types import PageType


def press(button: Locator) -> None:
    """Press what leads to another page, or to the same one again, and wait until that one is there."""
    with button.page.expect_navigation():
        button.click()


def visit(page: Page, page_type: PageType) -> None:
    """Bring `page` to `page_type`. Fails if the answer's status is another than the type's."""
    answer = page.goto(page_type.path)
    assert answer is not None
    for wanted in page_type.links:
        link = page.locator(wanted).first
        answer = page.goto(str(link.get_attribute("href")))
        assert answer is not None
    assert answer.status == page_type.status, f"{page.url}: {answer.status}"
    if page_type.press:
        page.locator("main").get_by_role("button", name=page_type.press, exact=True).click()
        # What is wrong, or whether one is sure.
        page.locator("main [role=alert]:visible, main .sure").first.wait_for()
