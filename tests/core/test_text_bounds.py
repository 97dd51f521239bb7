"""However long a text keeps a parser busy elsewhere, here it is laid out soon, whole and safe."""

import html
import re
from dataclasses import replace

import pytest

from benchmarks.heavy_texts import HEAVY, HONEST, LENGTH, filled
from benchmarks.markdown import Cost, cost_of
from portal.core.text import LARGEST_HTML, as_typed, plain_text, render_markdown, sanitise

NAMES = list(HEAVY)
# As many times the cost of an honest text as a machine that does other things meanwhile may make of it.
GENEROUS = 6


@pytest.mark.parametrize("name", NAMES)
def test_a_heavy_text_is_laid_out_and_safe(name: str) -> None:
    laid_out = render_markdown(HEAVY[name])
    assert len(HEAVY[name]) <= LENGTH
    assert len(laid_out) <= LARGEST_HTML
    assert sanitise(laid_out) == laid_out


def test_no_heavy_text_costs_much_more_than_an_honest_one_of_the_same_length() -> None:
    honest = cost_of("honest", filled(HONEST))
    dear = [cost for name, text in HEAVY.items() if too_dear(cost := cost_of(name, text, rounds=1), honest)]
    # Whatever else the machine did may have been at work: only what is dear twice is dear.
    assert [cost for cost in dear if too_dear(cost_of(cost.name, HEAVY[cost.name]), honest)] == []


def too_dear(cost: Cost, honest: Cost) -> bool:
    return cost.ms > GENEROUS * honest.ms


def test_a_cost_is_too_dear_beyond_the_generous_bound() -> None:
    honest = Cost("honest", 10.0, 1)
    assert too_dear(replace(honest, ms=10.0 * GENEROUS + 1), honest)
    assert not too_dear(replace(honest, ms=10.0 * GENEROUS), honest)


def test_an_honest_text_of_full_length_is_markdown() -> None:
    laid_out = render_markdown(filled(HONEST, LENGTH))
    assert laid_out.count("<table>") > 50
    assert "**" not in laid_out


@pytest.mark.parametrize(
    "source",
    [">" * 10_000 + "the end", "- " * 40 + "the end", "*a " * 30_000 + "the end", "[" * 10_000 + "the end"],
)
def test_what_is_too_much_for_the_parser_is_shown_as_it_was_typed_and_whole(source: str) -> None:
    laid_out = render_markdown(source)
    assert laid_out == as_typed(source)
    assert plain_text(laid_out) == source


def test_text_as_typed_keeps_its_lines_and_paragraphs_and_nothing_of_it_is_markup() -> None:
    typed = as_typed("one <b>\ntwo & three\n\n \n<script>alert(1)</script>\n")
    assert typed == ("<p>one &lt;b&gt;<br>\ntwo &amp; three</p>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")
    assert as_typed(" \n\n") == ""


def test_a_table_of_a_hundred_columns_is_one_and_a_wider_one_is_text() -> None:
    def table(columns: int) -> str:
        return "a|" * columns + "\n" + "-|" * columns + "\n"

    assert "<table>" in render_markdown(table(100))
    wide = render_markdown(table(101))
    assert "<table>" not in wide
    assert "a|a|a" in wide


def test_addresses_are_written_as_ever_whether_there_is_something_to_encode_or_not() -> None:
    laid_out = render_markdown("[a](https://a.b/c?d=e&f#g) [b](/é%zz%41) [c](http://é.example)")
    assert [html.unescape(found) for found in re.findall('href="([^"]*)"', laid_out)] == [
        "https://a.b/c?d=e&f#g",
        "/%C3%A9%25zz%41",
        "http://xn--9ca.example",
    ]
