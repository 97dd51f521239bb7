"""What members' text becomes, to the byte: what is good survives, payloads are inert, twice is once."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.core.text import plain_text, render_markdown, sanitise

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("fixtures").joinpath("text.yaml").read_text("utf-8")
)
NAMES = [case["name"] for case in CASES]
TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
DANGEROUS_ADDRESS = re.compile(r'href="\s*(?:javascript|vbscript|data|file)\s*:', re.IGNORECASE)
DANGEROUS_TAG = re.compile(
    r"</?(?:script|style|svg|math|iframe|object|embed|img|form|input|button|base|meta|link|template|noscript|textarea|h1)\b",
    re.IGNORECASE,
)


def outcome(case: dict[str, Any]) -> str:
    return render_markdown(case["source"]) if case["kind"] == "markdown" else sanitise(case["source"])


def test_there_are_enough_fixtures_and_each_says_something_else() -> None:
    assert len(CASES) >= 70
    assert len(set(NAMES)) == len(CASES)
    assert len({(case["kind"], case["source"]) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_outcome_is_exactly(case: dict[str, Any]) -> None:
    assert outcome(case) == case["html"]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_sanitising_twice_gives_the_same_bytes(case: dict[str, Any]) -> None:
    once = outcome(case)
    assert sanitise(once).encode() == once.encode()


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_nothing_in_the_outcome_can_run(case: dict[str, Any]) -> None:
    for tag in TAG.findall(outcome(case)):
        outside_quotes = re.sub(r'"[^"]*"', '""', tag)
        assert not DANGEROUS_TAG.match(tag)
        assert not DANGEROUS_ADDRESS.search(tag)
        assert not re.search(r"\s(?:on\w+|style|srcdoc|id|class|target)\s*=", outside_quotes, re.IGNORECASE)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>One <strong>two</strong>.</p>\n<p>Three</p>", "One two. Three"),
        ("<ul>\n<li>a</li><li>b</li></ul>", "a b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ('<p><a href="/x" title="a > b">link</a>, on</p>', "link, on"),
        ("<p>a &lt;script&gt; &amp; b</p>", "a <script> & b"),
        ("<p>line<br>\nbreak</p>", "line break"),
        ("", ""),
    ],
)
def test_plain_text_is_the_words_with_their_punctuation(markup: str, words: str) -> None:
    assert plain_text(markup) == words


@pytest.mark.parametrize(
    "source", ["[" * 20_000, ">" * 20_000, "**" * 10_000, "[a](" * 5_000, "- " * 10_000, "<div>" * 4_000]
)
def test_text_that_nests_without_end_is_rendered_all_the_same(source: str) -> None:
    once = render_markdown(source)
    assert sanitise(once) == once
