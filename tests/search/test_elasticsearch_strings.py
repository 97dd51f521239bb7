"""Any string is a question: ten thousand of them, sent as the search page sends them, and no error of the engine."""

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
from tests.search.strings import HUNDRED_KILOBYTES, NUMBER, strings


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


@pytest.mark.parametrize("text", HUNDRED_KILOBYTES)
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
