"""What a first visit costs: bytes as a server sends them (compressed), requests, and nobody else asked."""

import gzip
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from tools.page_types import PAGE_TYPES, VISITOR

KB = 1024
FIRST_PAGE = 60 * KB
MOST_REQUESTS = 8
MOST_CSS = 25 * KB
MOST_JS = 15 * KB
FIRST = ("/", "/cases/", "/cases/nasa-shared-services-center/")
COUNTED = {"document", "stylesheet", "script", "font"}


def weight(response: Response) -> int:
    """Bytes of the body as production sends it: pages are compressed by the portal, static files ahead of time."""
    body = response.body()
    kind = response.request.resource_type
    if kind == "font":
        return len(body)
    if kind == "document":
        assert response.headers.get("content-encoding") == "gzip", response.url
    return len(gzip.compress(body, 9 if kind != "document" else 6, mtime=0))


def load(context: BrowserContext, path: str) -> tuple[Page, list[Response]]:
    """Open `path` with an empty cache; the page, and every answer that it took."""
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="load")
    return page, answers


@pytest.mark.parametrize("path", FIRST)
def test_a_first_page_is_light(path: str, new_context: Callable[..., BrowserContext]) -> None:
    page, answers = load(new_context(), path)
    parts = {answer.url: weight(answer) for answer in answers if answer.request.resource_type in COUNTED}
    assert sum(parts.values()) <= FIRST_PAGE, parts
    asked = [answer.url for answer in answers]
    assert len(asked) <= MOST_REQUESTS, asked
    assert {urlsplit(address).netloc for address in asked} == {urlsplit(page.url).netloc}


@pytest.mark.parametrize("path", FIRST)
def test_a_first_page_reads_without_scripts(path: str, new_context: Callable[..., BrowserContext]) -> None:
    with_scripts, _answers = load(new_context(), path)
    without, _answers = load(new_context(java_script_enabled=False), path)
    expect(without.get_by_role("heading", level=1)).to_be_visible()
    # The words are the same, but for moments told in the reader's own time zone.
    assert len(without.locator("main").inner_text()) >= 0.95 * len(with_scripts.locator("main").inner_text())


def test_styles_and_scripts_stay_small_on_every_public_page(new_context: Callable[..., BrowserContext]) -> None:
    context = new_context()
    sizes: dict[str, dict[str, int]] = {"stylesheet": {}, "script": {}}
    for path in sorted({kind.path for kind in PAGE_TYPES if kind.who == VISITOR and kind.status == 200}):
        page, answers = load(context, path)
        for answer in answers:
            of_its_kind = sizes.get(answer.request.resource_type)
            if of_its_kind is not None and answer.url not in of_its_kind:
                of_its_kind[answer.url] = weight(answer)
        page.close()
    # All styles together, and all scripts: what any one page loads is no more.
    assert 0 < sum(sizes["stylesheet"].values()) < MOST_CSS, sizes
    assert 0 < sum(sizes["script"].values()) < MOST_JS, sizes
