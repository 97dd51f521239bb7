"""Pieces of pages that are rendered once: what tells them apart, and what they refuse."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from django.template import engines
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from portal.core import pieces
from portal.core.pieces import piece
from portal.home.models import HomePage

BADGE = "core/partials/alert.html"


class Pair(NamedTuple):
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    chips: list[tuple[str, str]]


def render(source: str, **context: Any) -> str:
    return str(engines["django"].from_string(source).render(context))


@pytest.fixture(autouse=True)
def fresh() -> None:
    pieces.forget_process()


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that were rendered, in order."""
    names: list[str] = []
    find = pieces.get_template

    def counting(name: str) -> Any:
        names.append(name)
        return find(name)

    monkeypatch.setattr(pieces, "get_template", counting)
    return names


def test_a_piece_is_rendered_once_for_the_same_values(rendered: list[str]) -> None:
    first = piece(BADGE, title="A", text="b")
    assert piece(BADGE, title="A", text="b") == first
    assert "<h2>A</h2>" in first
    assert rendered == [BADGE]


def test_any_other_value_is_another_piece(rendered: list[str]) -> None:
    values: list[dict[str, Any]] = [{}, {"live": True}, {"live": 0}, {"live": 2}, {"live": [1]}, {"live": [[1]]}]
    assert len({piece(BADGE, title="A", **more) for more in values}) == 2
    assert len(rendered) == len(values)


def test_safe_markup_is_never_taken_for_the_same_text_that_is_not() -> None:
    assert "<h2><b>x</b></h2>" in piece(BADGE, title=SafeString("<b>x</b>"))
    assert "<h2>&lt;b&gt;x&lt;/b&gt;</h2>" in piece(BADGE, title="<b>x</b>")
    rows = [Row("x", [("<b>", "/")]), Row("x", [(SafeString("<b>"), "/")])]
    shown = [piece("core/partials/card.html", title="x", url="/", chips=row.chips) for row in rows]
    assert "&lt;b&gt;" in shown[0]
    assert "&lt;b&gt;" not in shown[1]


def test_rows_lists_and_dictionaries_are_told_apart_by_what_is_in_them(rendered: list[str]) -> None:
    for value in (Pair("a", "b"), Pair("a", "c"), ("a", "b"), ["a", "b"], {"a": "b"}, Row("a", [("b", "c")])):
        piece(BADGE, extra=value)
        piece(BADGE, extra=value)
    assert len(rendered) == 6


def test_a_lazy_text_is_the_text_of_the_active_language(rendered: list[str]) -> None:
    lazy = gettext_lazy("Search")
    assert "<h2>Search</h2>" in piece(BADGE, title=lazy)
    piece(BADGE, title="Search")
    assert len(rendered) == 1
    with override("de"):
        piece(BADGE, title=lazy)
    assert len(rendered) == 2


@pytest.mark.django_db
def test_an_object_that_may_change_is_refused(home: HomePage) -> None:
    with pytest.raises(TypeError, match="plain values"):
        piece(BADGE, page=home)
    with pytest.raises(TypeError, match="plain values"):
        piece(BADGE, rows=[HomePage.objects.all()])


def test_a_piece_sees_nothing_of_the_page_around_it() -> None:
    shown = render('{% piece "core/partials/alert.html" title=title %}', title="A", text="of the page around")
    assert "<h2>A</h2>" in shown
    assert "of the page around" not in shown


def test_what_was_used_longest_ago_is_forgotten_first(rendered: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(piece(BADGE, title="A"))
    monkeypatch.setattr(pieces, "MOST_CHARACTERS", 2 * size)
    for title in ("B", "A", "C", "A", "B"):
        piece(BADGE, title=title)
    assert len(rendered) == 4  # A, B, C, and B again


def test_while_somebody_works_on_templates_nothing_is_remembered(rendered: list[str], settings: Any) -> None:
    settings.DEBUG = True
    piece(BADGE, title="A")
    piece(BADGE, title="A")
    assert len(rendered) == 2


# --- fixed sentences and files --------------------------------------------------------------------------------------


def test_a_fixed_sentence_is_said_in_each_language() -> None:
    source = engines["django"].from_string('{% translate "Search" as word %}{{ word }} {% translate "Search" %}')
    assert source.render({}) == "Search Search"
    with override("de"):
        german = source.render({})
    assert german != "Search Search"
    assert source.render({}) == "Search Search"


def test_a_sentence_in_a_variable_is_asked_for_each_time() -> None:
    source = engines["django"].from_string("{% translate word %}{% trans word|upper %}")
    assert [source.render({"word": word}) for word in ("ab", "cd")] == ["abAB", "cdCD"]


def test_a_static_file_is_found_under_its_address() -> None:
    assert render("{% static 'css/portal.css' %}").startswith("/static/css/portal")
    assert render("{% static name as address %}[{{ address }}]", name="a b.css") == "[/static/a%20b.css]"
