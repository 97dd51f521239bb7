"""A real Chromium before a real server. Every page of every test is watched: a complaint fails the test.

`open_as` is what most tests ask for: a browser of its own for a visitor or a signed-in person. Tests that write ask for
`writes` too, and leave the content as they found it.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal.accounts.models import User
from portal.moderation import trap
from tests.browser.visiting import visit
from tests.browser.watch import Watch
from tests.browser.world import DATABASE, Server, World, loaded_content, overrides, using_database
from tools.page_types import LEAD, MEMBER, MODERATOR, STEWARD, VISITOR, PageType

HERE = Path(__file__).parent
NO_CHROMIUM = "Chromium is not installed (on Debian: apt-get install chromium)"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ACCOUNTS = {
    MEMBER: "member@demo.example",
    "editor": "editor@demo.example",
    MODERATOR: "moderator@demo.example",
    LEAD: "lead@demo.example",
    STEWARD: "steward@demo.example",
    "administrator": "admin@demo.example",
}
PATIENCE = 10_000  # milliseconds: a busy machine is no fault of the portal
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; without one it is skipped, unless everything is required."""
    missing = shutil.which("chromium") is None and os.environ.get("REQUIRE_EVERYTHING") != "1"
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def content(request: pytest.FixtureRequest) -> Path:
    """The directory of the loaded demonstration content: made by one worker, read by all."""
    assert request.config.cache is not None
    shelf = Path(request.config.cache.mkdir("demonstration"))
    with shelf.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return loaded_content(shelf)


@pytest.fixture(scope="package")
def world(
    chromium: Browser, content: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[World]:
    """The portal, served. Playwright keeps an event loop running in this thread, which makes Django careful; the tests
    themselves are not asynchronous, so it may be told not to be.

    It is made after Playwright and ends before it: while a loop runs, Django keeps connections in another place of the
    same thread, and the one that a former world had opened would stay open there.
    """
    served = tmp_path_factory.mktemp("served") / DATABASE
    careful = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with django_db_blocker.unblock(), using_database(served):
            made = World(content, served)
            # A script fills in a form faster than people do.
            quick = patch.object(trap, "QUICKEST", -1.0)
            with quick, Server() as server, override_settings(**overrides(content, server.url)):
                made.url = server.url
                yield made
    finally:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
        if careful is not None:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = careful


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for each worker."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def watch(world: World) -> Iterator[Watch]:
    """Fails the test for anything that a page complained of and the test did not expect."""
    watching = Watch(world.url)
    yield watching
    assert not watching.unexpected(), "\n".join(watching.unexpected())


@pytest.fixture
def writes(world: World) -> Iterator[World]:
    """For tests that change something: afterwards the content is as it was."""
    yield world
    world.restore()


@pytest.fixture
def new_context(world: World, chromium: Browser, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a fresh browser context, watched; keywords go to Playwright's `new_context`."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = chromium.new_context(base_url=world.url, **{"reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE)
        watch.follow(context)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def open_as(world: World, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`open_as("member", java_script_enabled=False)`: an empty page of a browser in which that person is signed in."""

    def opened(who: str = VISITOR, **options: Any) -> Page:
        context = new_context(**options)
        if who != VISITOR:
            assert world.is_read_here(), "this thread reads the database of another round"
            sign_in(context, ACCOUNTS.get(who, who), world.url)
        return context.new_page()

    return opened


@pytest.fixture
def visited(open_as: Callable[..., Page], watch: Watch) -> Callable[..., Page]:
    """`visited(page_type, **options)`: that type of page, opened by whom it is for, in the state that it names."""

    def at(page_type: PageType, **options: Any) -> Page:
        if page_type.status >= 400:
            watch.expect(f"status of {page_type.status}")
        page = open_as(page_type.who, **options)
        visit(page, page_type)
        return page

    return at


def sign_in(context: BrowserContext, email: str, url: str) -> None:
    """Give `context` the session cookie of that account, without the detour over the sign-in page."""
    client = Client()
    client.force_login(User.objects.get(email=email))
    morsel = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": morsel.value, "url": url, "httpOnly": True}])
