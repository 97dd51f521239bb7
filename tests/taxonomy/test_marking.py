"""What marking makes of a page, to the byte; what it leaves alone; that it can add no markup but its own."""

import re
from html import escape
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.core.finishing import Place, finish
from taxonomy import marking, services
from taxonomy.markup_reading import passages, text_of
from taxonomy.models import Concept, Status
from taxonomy.rules import LabelSpec
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("fixtures").joinpath("marking.yaml").read_text("utf-8")
)
OPENING = re.compile(r'<a class="term" href="[^"<>]*" aria-describedby="term-[\d-]+-text">')
LINK = re.compile(rf"{OPENING.pattern}(.*?)</a>", re.DOTALL)


@pytest.fixture
def terms() -> dict[str, Concept]:
    """Terms that the fixtures mention."""
    scheme = SchemeFactory(slug="words")
    return {
        "sla": concept("Service-level agreement", scheme=scheme, slug="sla", alt=["SLA"]),
        "board": concept("Board", scheme=scheme, slug="board", labels=[LabelSpec("conseil", "fr")]),
        "rd": concept("R&D", scheme=scheme, slug="rd"),
        "cafe": concept("Café", scheme=scheme, slug="cafe"),
        "level": concept("Service level", scheme=scheme, slug="level"),
    }


def marked(body: str, **place: Any) -> str:
    return marking.mark(f'<div class="prose">{body}</div>', Place(**place))


def in_short(markup: str) -> str:
    """The marked body with `[words]` for each link, without the notes."""
    body = markup.split('<div class="term-notes">')[0]
    return LINK.sub(r"[\1]", body).removeprefix('<div class="prose">').removesuffix("</div>")


def unmarked(markup: str) -> str:
    """What a marked page was before."""
    return LINK.sub(r"\1", re.sub(r'<div class="term-notes">.*', "", markup, flags=re.DOTALL))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_text_is_marked_exactly_so(case: dict[str, Any], terms: dict[str, Concept]) -> None:
    assert in_short(marked(case["source"], language=case.get("language", "en"))) == case["marked"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_marking_adds_links_and_notes_and_changes_nothing_else(case: dict[str, Any], terms: dict[str, Concept]) -> None:
    page = f'<h1>Board</h1><div class="prose">{case["source"]}</div><p>Board</p>'
    assert unmarked(marking.mark(page, Place(language=case.get("language", "en")))) == page


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_marking_twice_is_marking_once(case: dict[str, Any], terms: dict[str, Concept]) -> None:
    first = marked(case["source"])
    assert marking.mark(first, Place()) == first


def test_a_mention_is_a_link_that_its_definition_describes(terms: dict[str, Concept]) -> None:
    board = terms["board"]
    assert marked("<p>The board.</p>") == (
        f'<div class="prose"><p>The <a class="term" href="/glossary/board/" aria-describedby="term-{board.pk}-text">'
        "board</a>.</p></div>"
        f'<div class="term-notes"><div class="popover term-note" popover="manual" id="term-{board.pk}">'
        f'<div id="term-{board.pk}-text"><p><b>Board</b> What Board means.</p></div>'
        '<p class="meta"><a href="/glossary/board/">More on this term</a> · '
        '<a href="/marked-terms/" rel="nofollow">Do not mark terms</a></p></div></div>'
        '<script type="module" src="/static/js/terms.js"></script>'
    )


def test_the_first_mention_on_the_page_is_marked_whatever_body_it_is_in(terms: dict[str, Concept]) -> None:
    page = '<div class="prose"><p>An SLA.</p></div><p class="x prose y">A service-level agreement, a board.</p>'
    found = LINK.findall(marking.mark(page, Place()))
    assert found == ["SLA", "board"]


def test_only_running_text_is_marked(terms: dict[str, Concept]) -> None:
    page = (
        '<p>board</p><div class="prose-width">board</div><p class="lede">board</p><p title=\'class="prose"\'>board</p>'
    )
    assert marking.mark(page, Place()) == page


def test_a_terms_own_page_does_not_mark_it_but_marks_others(terms: dict[str, Concept]) -> None:
    assert in_short(marked("<p>Board, SLA</p>", path="/glossary/board/")) == "<p>Board, [SLA]</p>"


def test_a_reader_who_switched_it_off_gets_the_page_as_it_was(terms: dict[str, Concept]) -> None:
    assert marked("<p>Board</p>", cookies={"terms": "off"}) == '<div class="prose"><p>Board</p></div>'
    assert "term-note" in marked("<p>Board</p>", cookies={"terms": "anything"})


def test_a_word_of_several_concepts_offers_them_all(terms: dict[str, Concept]) -> None:
    other = concept("Directors", slug="directors", alt=["board"])
    found = marked("<p>The board and the directors.</p>")
    assert f'href="/glossary/?q=board" aria-describedby="term-{terms["board"].pk}-{other.pk}-text"' in found
    assert "“board” has several meanings:" in found
    assert '<li><b><a href="/glossary/directors/">Directors</a></b> What Directors means.</li>' in found
    assert LINK.findall(found) == ["board", "directors"]


def test_a_concept_without_a_definition_is_not_marked_and_one_that_is_no_longer_agreed_neither(
    terms: dict[str, Concept],
) -> None:
    concept("Payroll", definition="")
    services.update_concept(terms["board"], status=Status.DRAFT)
    assert "<a" not in marked("<p>Payroll, board</p>")


def test_a_new_term_is_marked_at_once_in_a_text_that_was_marked_before(terms: dict[str, Concept]) -> None:
    assert "<a" not in marked("<p>A fee.</p>")
    concept("Fee", slug="fee")
    assert in_short(marked("<p>A fee.</p>")) == "<p>A [fee].</p>"


def test_a_long_definition_is_cut_at_a_word() -> None:
    concept("Fee", definition="word " * 200)
    note = marked("<p>A fee.</p>")
    assert "word…</p>" in note
    assert note.count("word") <= 82


def test_marking_is_kept_for_a_text_and_finds_nothing_anew(
    terms: dict[str, Concept], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = marked("<p>A board.</p>")
    monkeypatch.setattr(marking, "text_of", lambda *arguments: pytest.fail("read again"))
    assert marked("<p>A board.</p>") == first


def test_marking_is_one_of_the_finishers_of_every_page(terms: dict[str, Concept]) -> None:
    assert OPENING.search(finish('<div class="prose">board</div>', Place()))


HOSTILE = (
    'x"><script>alert(1)</script>',
    "y' onmouseover='alert(1)",
    "<img src=x onerror=alert(1)>",
    "z&lt;script&gt;",
    "a --> b",
    "{{ 7 }} {% x %}",
)


@pytest.mark.parametrize("label", HOSTILE)
def test_no_label_and_no_definition_can_add_markup(label: str) -> None:
    one = concept(label, slug="one", definition=f"{label} <b onclick=x>bold</b>")
    concept(f"Two {label}", alt=[label], definition=label)
    words = f"<p>Here: {escape(label)}, and {escape(label)} again.</p>"
    made = marked(words)
    assert LINK.findall(made), "nothing was marked, so nothing was tested"
    assert tags(unmarked(made)) == tags(f'<div class="prose">{words}</div>')
    allowed = {"div", "p", "b", "a", "ul", "li", "script"}
    notes = made[made.index('<div class="term-notes">') :]
    for name, attributes in tags(notes):
        assert name in allowed
        assert set(attributes) <= {"class", "popover", "id", "href", "rel", "type", "src"}, attributes
        assert name != "script" or attributes["src"] == "/static/js/terms.js"
    assert one.title == label.strip()


def tags(markup: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every opening tag as a browser reads it."""
    found: list[tuple[str, dict[str, str | None]]] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    parser = Parser()
    parser.feed(markup)
    parser.close()
    return found


WORDS = ("board", "SLA", "R&amp;D", "caf&eacute;", "service level", "agreement", "é", "prose", " ", "\x00")
TAGS = ("<p>", "</p>", "<a href='/x'>", "</a>", "<b>", "</b>", "<h2>", "</h2>", "<code>", "</code>", "<div>", "</div>")
ODD = ('<i title="board > x">', "</i>", "<!--", "-->", '<img alt="board">', "<br/>", "&amp;", "&eacute;", *"&<>\"'")
PIECES = st.sampled_from([*WORDS, *TAGS, *ODD])


def test_the_word_prose_in_a_text_after_a_passage_begins_no_other_one() -> None:
    page = '<div class="prose">One</div><p>prose and prose, prose</p><div class="prose">Two</div>prose prose'
    # So many of them at most: one that was found again would be found for ever.
    assert [passage.markup for passage in islice(passages(page), 9)] == ["One", "Two"]


class MarkingAnything(TestCase):
    """Markup of any shape, well-formed or not."""

    def setUp(self) -> None:
        for title in ("Board", "SLA", "Café", "R&D", "service level", "Service level agreement"):
            concept(title)

    @settings(max_examples=150, deadline=None)
    @given(st.lists(PIECES, max_size=14).map("".join))
    def test_taking_the_links_away_gives_the_page_back(self, body: str) -> None:
        page = f'<main><div class="prose">{body}</div> board</main>'
        assert unmarked(marking.mark(page, Place())) == page

    @settings(max_examples=150, deadline=None)
    @given(st.lists(PIECES, max_size=14).map("".join))
    def test_every_place_is_between_tags(self, body: str) -> None:
        for passage in passages(f'<div class="prose">{body}</div>'):
            text = text_of(passage.markup, "en")
            for start in range(len(text.words)):
                place = text.place_of(start, start + 1)
                piece = passage.markup[slice(*place)] if place else ""
                assert "<" not in piece or piece == "<"
