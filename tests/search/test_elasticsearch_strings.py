"""Any string is a question: ten thousand of them, sent as the search page sends them, and no error of the engine."""

import random
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from elasticsearch.dsl import MultiSearch

from portal.core.viewer import Viewer
from portal.search import words
from portal.search.contract import SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.elastic import delivery, index
from portal.search.engines.elastic.asking import EntrySearch
from portal.search.engines.elastic.engine import ElasticsearchEngine
from tests.factories.search import entry

NUMBER = 10_000
PIECES = [
    '"', "-", "*", "?", "~", "~2", "^", "^10", ":", "\\", "/", "//", "(", ")", "[", "]", "{", "}", "<", ">", "=", "!",
    "&&", "||", "+", " ", "  ", "\t", "\n", "\x00", "\x1f", "\x7f", "\u200b", "\ufeff", "\u0301", "\ud800",
    "\U0010ffff", "🦉", "👩‍👩‍👧", "AND", "OR", "NOT", "NEAR", "TO", "_exists_:", "title:", "*:*", "payroll", "payrolls",
    "e-mail", "Grants.gov", "don't", "½", "ﬁ", "ß", "İ", "日本語", "नमस्ते", "مرحبا", "a" * 600, "word " * 60,
    "x" * 100_000,
]  # fmt: skip


def strings() -> Iterator[str]:
    """The same ones each time: signs and words thrown together, and letters of all Unicode."""
    chance = random.Random(6)
    for number in range(NUMBER):
        if number % 3:
            yield "".join(chance.choices(PIECES, k=chance.randint(1, 8)))
        else:
            yield "".join(chr(chance.randrange(sys.maxunicode + 1)) for _ in range(chance.randint(1, 40)))


def test_ten_thousand_strings_make_no_error(emptied_cluster: Elasticsearch, db: None) -> None:
    entry("Payroll ½ ǅ 日本語 नमस्ते", summary="e-mail", body="ﬁne ß İ \u0301 Grants.gov don't")
    delivery.deliver()
    answered = 0
    everything = list(strings())
    for start in range(0, NUMBER, 100):
        some = everything[start : start + 100]
        forms = []
        for text in some:
            asked = Asked.of(words.parse(text), ())
            forms += [asked, *filter(None, [asked.relaxed()])]
        together: MultiSearch[Any] = MultiSearch(using=emptied_cluster, index=index.alias())
        for form in forms:
            search = EntrySearch(SearchQuery(facets=("kind",)), Viewer(), form, [])
            for one in filter(None, [search.hits(0), search.counts()]):
                together = together.add(one)
        # Raises for any that the engine would not answer.
        assert len(together.execute()) == 2 * len(forms)
        answered += len(some)
    assert answered == NUMBER


@pytest.mark.parametrize("text", ["x" * 100_000, " ".join(f"w{number}" for number in range(30_000)), '"' * 100_000])
def test_a_hundred_kilobytes_are_a_question_too(emptied_cluster: Elasticsearch, db: None, text: str) -> None:
    delivery.deliver()
    engine = ElasticsearchEngine()
    assert engine.search(SearchQuery(text=text), Viewer()).total == 0
    assert engine.suggest(text, Viewer()) == []
    assert engine.spelling([text], Viewer()) == {}
