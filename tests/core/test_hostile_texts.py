"""What the renderer makes of the whole corpus of hostile texts, without a browser: the same every time, and inert."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from portal.core.text import (
    ALLOWED_ATTRIBUTES,
    ALLOWED_SCHEMES,
    ALLOWED_TAGS,
    LINK_REL,
    OWN_PICTURE,
    PASSAGES,
    as_typed,
    plain_text,
    render_markdown,
    sanitise,
)
from tests.hostile_texts import HOSTILE, SAMPLE


class _Inspector(HTMLParser):
    """Writes down every part of a page that is not on the lists."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if not self._is_allowed(tag, name, value or ""):
                self.wrong.append(f"<{tag} {name}={value!r}>")

    def _is_allowed(self, tag: str, name: str, value: str) -> bool:
        if name == "rel":
            return tag == "a" and value == LINK_REL
        if name in {"lang", "title"}:
            return True
        if name == "data-terms":
            return tag in PASSAGES and value == "off"
        if name not in ALLOWED_ATTRIBUTES.get(tag, set()):
            return False
        if name == "src":
            return OWN_PICTURE.fullmatch(value) is not None
        return name != "href" or _leads_somewhere(value)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}>")


def _leads_somewhere(address: str) -> bool:
    """Whether a browser would go to a page: it drops what stands before the scheme, and tabs and line ends in it."""
    bare = re.sub("[\t\n\r]", "", address).lstrip("".join(map(chr, range(33))))
    scheme = urlsplit(bare).scheme.lower()
    return not scheme or scheme in ALLOWED_SCHEMES


def wrong_in(markup: str) -> list[str]:
    inspector = _Inspector()
    inspector.feed(markup)
    inspector.close()
    return inspector.wrong


def test_the_corpus_is_large_and_holds_every_kind() -> None:
    assert len(HOSTILE) > 1200
    assert len(SAMPLE) > 150
    assert set(SAMPLE) <= set(HOSTILE)


@pytest.mark.parametrize("make", [render_markdown, sanitise, as_typed])
def test_nothing_is_made_that_is_not_on_the_lists(make: object) -> None:
    wrong = {text: found for text in HOSTILE if (found := wrong_in(make(text)))}  # type: ignore[operator]
    assert wrong == {}


def test_together_in_one_text_they_do_no_more_than_alone() -> None:
    for start in range(0, len(HOSTILE), 200):
        assert wrong_in(render_markdown("\n\n".join(HOSTILE[start : start + 200]))) == []
        assert wrong_in(sanitise("".join(HOSTILE[start : start + 200]))) == []


def test_twice_is_once() -> None:
    for text in HOSTILE:
        for made in (render_markdown(text), sanitise(text)):
            assert sanitise(made) == made
        render_markdown.cache_clear()
        assert render_markdown(text) == render_markdown(text)


def test_their_plain_words_hold_no_markup_of_the_renderer_and_are_inert_once_escaped() -> None:
    for text in HOSTILE:
        assert wrong_in(sanitise(plain_text(render_markdown(text)))) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<script>1</script>",
        "<p onclick='x'>",
        "<a href='java\tscript:x'>",
        "<img src='//evil.example/x'>",
        "<!-- x -->",
        "<p data-terms='on'>",
        "<a rel='opener'>",
    ],
)
def test_the_inspector_sees_what_is_wrong(markup: str) -> None:
    assert wrong_in(markup)
