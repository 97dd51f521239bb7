"""Whether a page as it stands can be read by everybody: by axe in light and dark, and on a small phone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"], "preload": False}
# Dark differs from light by its colours only.
COLOURS = {**OPTIONS, "runOnly": ["color-contrast", "link-in-text-block"]}
PHONE: ViewportSize = {"width": 320, "height": 640}
# What a window of 1280 by 1024 pixels holds when the reader sets the browser to 200 %.
DOUBLE: ViewportSize = {"width": 640, "height": 512}
axe = Axe()


def violations(page: Page, options: dict[str, object] = OPTIONS) -> list[str]:
    """What axe finds on the page as it stands, one line for each element."""
    found = axe.run(page, options=options).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """The elements by which the page is wider than its window; none if it is not."""
    return page.evaluate(
        """() => {
          const room = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= room) return [];
          return [...document.querySelectorAll("body *")]
            .filter((part) => part.getBoundingClientRect().right > room + 1)
            .slice(0, 5).map((part) => part.outerHTML.slice(0, 160));
        }"""
    )


def is_sound(page: Page) -> None:
    """Fails with what is wrong on the page, and leaves it in light and of its size."""
    size = page.viewport_size
    assert size is not None
    wrong = [f"light: {line}" for line in violations(page)]
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {line}" for line in violations(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    wrong += [f"too wide: {line}" for line in too_wide(page)]
    page.set_viewport_size(size)
    assert not wrong, "\n".join(wrong)
