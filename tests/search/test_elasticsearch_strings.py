"""Any string is a question: ten thousand of them, sent as the search page sends them, and no error of the engine."""

import random
import sys
from collections.abc import Iterator

import pytest
from elasticsearch import ApiError, Elasticsearch

from portal.core.viewer import Viewer
from portal.search import words
from portal.search.contract import SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.elastic import delivery
from portal.search.engines.elastic.asking import WHOLE_ONLY, EntrySearch, Sent, ask
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
        searches = [EntrySearch(SearchQuery(facets=("kind",)), Viewer(), form, []) for form in forms]
        # Raises for any that the engine would not answer.
        found = ask(emptied_cluster, *(sent for one in searches for sent in (one.hits(0), one.counts())))
        assert len(found) == 2 * len(forms)
        answered += len(some)
    assert answered == NUMBER


@pytest.mark.parametrize("text", ["x" * 100_000, " ".join(f"w{number}" for number in range(30_000)), '"' * 100_000])
def test_a_hundred_kilobytes_are_a_question_too(emptied_cluster: Elasticsearch, db: None, text: str) -> None:
    delivery.deliver()
    engine = ElasticsearchEngine()
    assert engine.search(SearchQuery(text=text), Viewer()).total == 0
    assert engine.suggest(text, Viewer()) == []
    assert engine.spelling([text], Viewer()) == {}


def test_a_request_of_which_one_search_is_not_answered_is_not_answered(
    emptied_cluster: Elasticsearch, db: None
) -> None:
    delivery.deliver()
    everything: Sent = (WHOLE_ONLY, {"query": {"match_all": {}}})
    assert len(ask(emptied_cluster, everything)) == 1
    with pytest.raises(ApiError):
        ask(emptied_cluster, everything, (WHOLE_ONLY, {"query": {"no_such_query": {}}}))
