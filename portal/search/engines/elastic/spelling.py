"""The nearest word that a reader may see, for a word that nothing visible has."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl.query import Bool

from portal.core.viewer import Viewer
from portal.search.engines.elastic import asking, index
from portal.search.engines.spelling import SHORTEST, edits, spellable

# More words than come near to any: those of entries that the viewer may not see are among them until they are counted.
CANDIDATES = 500


def corrections(
    words: Iterable[str], viewer: Viewer, client: Elasticsearch, held_back: Sequence[str]
) -> dict[str, str]:
    """Word → nearest word, as `engines.spelling.corrections` defines it. Two requests, however many words."""
    wanted = spellable(words)
    if not wanted:
        return {}
    counts, near = _first(wanted, viewer, client, held_back)
    unknown = {word: near[word] for word in wanted if not counts.get(word)}
    terms = {term for candidates in unknown.values() for _distance, term in candidates}
    visible = _counts(sorted(terms), viewer, client, held_back) if terms else {}
    return {word: nearest for word, candidates in unknown.items() if (nearest := _nearest(candidates, visible))}


def _nearest(candidates: Sequence[tuple[int, str]], visible: dict[str, int]) -> str:
    """Fewest edits, then most visible entries, then the alphabet; "" when none is visible."""
    for _distance, group in groupby(sorted(candidates), key=lambda pair: pair[0]):
        best = min(
            (term for _, term in group if visible.get(term)), key=lambda term: (-visible[term], term), default=""
        )
        if best:
            return best
    return ""


def _first(
    words: Sequence[str], viewer: Viewer, client: Elasticsearch, held_back: Sequence[str]
) -> tuple[dict[str, int], dict[str, list[tuple[int, str]]]]:
    """How many visible entries have each of `words` in any form; (edits, word) of the whole index within its reach."""
    asked: dict[str, Any] = {}
    for place, word in enumerate(words):
        for field in asking.EXACT:
            asked[f"{place} {field}"] = {"text": word, "term": _suggester(field)}
    answer = client.search(
        index=index.alias(),
        size=0,
        allow_partial_search_results=False,
        query=_visible(viewer, held_back),
        aggs={"words": {"filters": {"filters": {word: asking.any_form(word).to_dict() for word in words}}}},
        suggest=asked,
    )
    near: dict[str, set[tuple[int, str]]] = {word: set() for word in words}
    for name, entries in answer["suggest"].items():
        word = words[int(name.partition(" ")[0])]
        reach = 1 if len(word) < 6 else 2
        found = (option["text"] for entry in entries for option in entry["options"])
        near[word] |= {(n, term) for term in found if term.isalpha() and (n := edits(word, term, reach)) <= reach}
    return _buckets(answer), {word: sorted(found) for word, found in near.items()}


def _suggester(field: str) -> dict[str, Any]:
    return {
        "field": field,
        "suggest_mode": "always",
        "max_edits": 2,
        "prefix_length": 0,
        "min_word_length": SHORTEST,
        "max_inspections": 20,
        "size": CANDIDATES,
        "shard_size": CANDIDATES,
        "string_distance": "damerau_levenshtein",
    }


def _counts(terms: Sequence[str], viewer: Viewer, client: Elasticsearch, held_back: Sequence[str]) -> dict[str, int]:
    filters = {term: asking.having(term).to_dict() for term in terms}
    answer = client.search(
        index=index.alias(),
        size=0,
        allow_partial_search_results=False,
        query=_visible(viewer, held_back),
        aggs={"words": {"filters": {"filters": filters}}},
    )
    return _buckets(answer)


def _visible(viewer: Viewer, held_back: Sequence[str]) -> dict[str, Any]:
    return dict(Bool(filter=asking.visible(viewer, held_back)).to_dict())


def _buckets(answer: Any) -> dict[str, int]:
    return {term: bucket["doc_count"] for term, bucket in answer["aggregations"]["words"]["buckets"].items()}
