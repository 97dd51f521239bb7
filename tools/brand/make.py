"""Draws social.png, apple-touch-icon.png and favicon.ico from the sources beside this file.

Run: .venv/bin/python tools/brand/make.py  (needs Playwright, Pillow and a Chromium; CHROMIUM names another one)
"""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
OUT = HERE.parent.parent / "static" / "img"
ICON = (OUT / "favicon.svg").read_text()


def social(browser: Browser) -> None:
    """1200 by 630, as the networks ask."""
    page = browser.new_page(viewport={"width": 1200, "height": 630})
    page.goto((HERE / "social.html").as_uri())
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(OUT / "social.png", optimize=True)


def icon(browser: Browser, size: int, background: str) -> Image.Image:
    """The mark, `size` pixels square."""
    page = browser.new_page(viewport={"width": size, "height": size}, color_scheme="light")
    page.set_content(
        f'<body style="margin:0;background:{background}">{ICON.replace("<svg ", f"<svg width={size} ", 1)}'
    )
    return Image.open(io.BytesIO(page.screenshot(omit_background=True)))


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        social(browser)
        icon(browser, 180, "#fff").save(OUT / "apple-touch-icon.png", optimize=True)
        icon(browser, 48, "transparent").save(OUT / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
        browser.close()


if __name__ == "__main__":
    main()
