"""`make screenshots`: pictures of every type of page into screenshots/, and the README's picture, docs/picture.png.

Serves the demonstration from a directory of its own and looks at it in Chromium: wide, on a phone, on the narrowest
phone, in the dark, and as printed. `python -m tools.screenshots home case` takes only the pages of those names.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tqdm import tqdm

from tools.page_types import PAGE_TYPES, VISITOR, PageType

ROOT = Path(__file__).resolve().parent.parent
SHELF = ROOT / "screenshots"
PICTURE = ROOT / "docs" / "picture.png"
PICTURE_BYTES = 200_000
PASSWORD = "demonstration-only"  # noqa: S105  (portal.demo.people, which needs Django to be read)
PATIENCE = 60  # seconds until the server must answer

VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "print": {"viewport": {"width": 794, "height": 1123}},
}


@contextmanager
def demonstration(var_dir: Path) -> Iterator[str]:
    """Load the demonstration into `var_dir` unless it is there, serve it, and give the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "VAR_DIR": str(var_dir),
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "DEBUG": "false",
        "BASE_URL": address,
        "LOG_LEVEL": "WARNING",
    }

    def manage(*words: str) -> list[str]:
        return [sys.executable, "manage.py", *words]

    for words in (["prepare", "--verbosity", "0"], ["load_demo", "--with-accounts"]):
        subprocess.run(manage(*words), cwd=ROOT, env=environment, check=True)  # noqa: S603
    server = subprocess.Popen(  # noqa: S603
        manage("runserver", "--noreload", f"127.0.0.1:{port}"), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(address + "/healthz", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Return when `address` answers. Raises RuntimeError if the server ends before, or never answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise RuntimeError(f"The demonstration did not answer at {address}.")


def sign_in(browser: Browser, address: str, who: str) -> Any:
    """What a browser keeps of a signed-in `who`, as Playwright stores it."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(f"{who}@demo.example")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(address + "/")
    state = context.storage_state()
    context.close()
    return state


def visit(page: Page, page_type: PageType) -> None:
    """Bring `page` to `page_type`: open, follow, press."""
    page.goto(page_type.path)
    for wanted in page_type.links:
        page.goto(str(page.locator(wanted).first.get_attribute("href")))
    if page_type.press:
        page.locator("main").get_by_role("button", name=page_type.press, exact=True).click()
        page.locator("main [role=alert]:visible").wait_for()


def take(context: BrowserContext, page_type: PageType, view: str) -> None:
    """One picture of the whole page, and of what it is as printed for the view "print"."""
    page = context.new_page()
    visit(page, page_type)
    if view == "print":
        page.emulate_media(media="print")
    page.screenshot(path=SHELF / view / f"{page_type.name}.png", full_page=True, animations="disabled")
    page.close()


def readme_picture(browser: Browser, address: str) -> None:
    """The upper part of the home page, small enough for a repository."""
    page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 860})
    page.goto("/")
    page.screenshot(path=PICTURE, animations="disabled")
    page.close()
    if PICTURE.stat().st_size > PICTURE_BYTES:
        Image.open(PICTURE).convert("RGB").quantize(256).save(PICTURE, optimize=True)


def main(names: list[str], views: list[str], var_dir: Path) -> None:
    """Take the pictures of the page types called `names`, all of them if none are named."""
    chosen = [kind for kind in PAGE_TYPES if not names or kind.name in names]
    path = shutil.which("chromium")
    if path is None:
        sys.exit("Chromium is not installed (on Debian: apt-get install chromium).")
    with demonstration(var_dir) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        states = {who: sign_in(browser, address, who) for who in {kind.who for kind in chosen} - {VISITOR}}
        with tqdm(total=len(chosen) * len(views), unit="picture") as bar:
            for view in views:
                (SHELF / view).mkdir(parents=True, exist_ok=True)
                for who in sorted({kind.who for kind in chosen}):
                    options = {**VIEWS[view], "base_url": address, "storage_state": states.get(who)}
                    context = browser.new_context(**options, reduced_motion="reduce")
                    for kind in (kind for kind in chosen if kind.who == who):
                        take(context, kind, view)
                        bar.update()
                    context.close()
        if not names:
            readme_picture(browser, address)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names of page types (tools/page_types.py); none for all")
    parser.add_argument("--view", action="append", choices=VIEWS, help="only this view; may be repeated")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the demonstration is kept for the next time")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        main(given.names, given.view or list(VIEWS), given.keep or Path(temporary))
