"""The look keeps its promises: contrast in both schemes, weight, no inline style or script, axe in a real browser."""

import gzip
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

CSS = Path(settings.BASE_DIR, "static/css/portal.css")
SCRIPT = Path(settings.BASE_DIR, "static/js/portal.js")
FONT = Path(settings.BASE_DIR, "static/fonts/public-sans-latin.woff2")
TEXT, PART = 4.5, 3.0
GROUNDS = ("paper", "card", "sunken", "brand-wash")
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-soft", "brand", "brand-deep") for ground in GROUNDS],
    ("brand-ink", "brand", TEXT),
    ("brand-ink", "brand-deep", TEXT),
    ("paper", "good", TEXT),
    ("paper", "bad", TEXT),
    *[(tone, f"{tone}-wash", TEXT) for tone in ("good", "warn", "bad")],
    *[("ink", f"{tone}-wash", TEXT) for tone in ("good", "warn", "bad")],
    ("good", "card", TEXT),
    ("bad", "paper", TEXT),
    ("focus-ink", "accent", TEXT),
    *[("line-strong", ground, PART) for ground in GROUNDS],
    *[("brand", ground, PART) for ground in GROUNDS],
]


def _tokens(scheme: str) -> dict[str, str]:
    """The colour tokens of one scheme ("light" or "dark"), with variables filled in."""
    css = CSS.read_text()
    found = dict(re.findall(r"--([a-z-]+):\s*((?:light-dark|oklch|#)[^;]*);", css))
    hue = re.search(r"--brand-hue:\s*([\d.]+)", css)
    assert hue
    place = 0 if scheme == "light" else 1
    resolved = {}
    for name, value in found.items():
        if value.startswith("light-dark("):
            value = re.split(r",\s*(?![^(]*\))", value[len("light-dark(") : -1].replace("var(--brand-hue)", hue[1]))[
                place
            ]
        resolved[name] = value.strip()
    return resolved


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of `#rgb`, `#rrggbb` or `oklch(L% C H)`."""
    if colour.startswith("#"):
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    else:
        lightness, chroma, hue = (float(part) for part in re.findall(r"[\d.]+", colour)[:3])
        a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
        light = lightness / 100
        long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
        linear = [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ]
    red, green, blue = (min(max(c, 0.0), 1.0) for c in linear)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_parts_stand_out_from_every_ground(scheme: str) -> None:
    tokens = _tokens(scheme)
    short = {
        f"{front} on {ground}": round(ratio, 2)
        for front, ground, least in PAIRS
        if (ratio := _contrast(tokens[front], tokens[ground])) < least
    }
    assert not short


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_focus_is_seen_on_every_ground(scheme: str, ground: str) -> None:
    tokens = _tokens(scheme)
    assert max(_contrast(tokens[ring], tokens[ground]) for ring in ("accent", "focus-edge")) >= PART
    assert max(_contrast(tokens[ring], tokens[ground]) for ring in ("accent", "focus-bar")) >= PART


def test_contrast_is_computed_as_wcag_does() -> None:
    assert round(_contrast("#000", "#ffffff"), 1) == 21.0
    assert round(_contrast("#767676", "#fff"), 2) == 4.54
    assert round(_contrast("oklch(100% 0 0)", "#000"), 1) == 21.0


@pytest.mark.parametrize(("path", "most"), [(CSS, 25_000), (SCRIPT, 15_000)])
def test_css_and_script_stay_light(path: Path, most: int) -> None:
    assert len(gzip.compress(path.read_bytes(), 9)) < most


def test_first_page_fits_its_budget_with_room_for_html() -> None:
    weight = sum(len(gzip.compress(path.read_bytes(), 9)) for path in (CSS, SCRIPT)) + FONT.stat().st_size
    assert weight < 48_000


def test_style_guide_shows_every_component(client: Client, db: None) -> None:
    page = client.get("/styleguide/")
    text = page.content.decode()
    assert page.status_code == 200
    for component in ("hero", "doors", "stages", "card", "facets", "hit", "question", "post accepted", "alert error",
                      "pagination", "letters", "timeline", "plan", "download", "empty", "evidence-key"):  # fmt: skip
        assert f'class="{component}' in text, component


def test_style_guide_needs_no_inline_style_or_script(client: Client, db: None) -> None:
    text = client.get("/styleguide/").content.decode()
    assert not re.findall(r"<[^>]+\s(?:style|on[a-z]+)=", text)
    assert "<style" not in text
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []


def test_a_visitors_page_touches_no_session(client: Client, db: None) -> None:
    page = client.get("/styleguide/")
    assert not page.cookies
    assert "Cookie" not in page.get("Vary", "")


def _classes(css: str) -> Iterator[str]:
    yield from re.findall(r"\.([a-z][a-z-]+)", re.sub(r"url\([^)]*\)|/\*.*?\*/", "", css, flags=re.S))


def test_the_style_sheet_has_balanced_braces_and_names_its_layers() -> None:
    css = CSS.read_text()
    assert css.count("{") == css.count("}")
    declared = re.search(r"@layer ([^;]+);", css)
    assert declared
    layers = {name.strip() for name in declared[1].split(",")}
    assert set(re.findall(r"@layer ([a-z]+) \{", css)) == layers
    assert {"card", "evidence", "facet", "post"} <= set(_classes(css))
