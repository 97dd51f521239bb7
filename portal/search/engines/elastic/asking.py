"""From a question to Elasticsearch's own language. Words reach it as the text of match queries only."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any, cast

from elasticsearch import ApiError, BadRequestError, Elasticsearch
from elasticsearch.dsl import FacetedSearch, Search, TermsFacet
from elasticsearch.dsl.query import (
    Bool,
    Boosting,
    DisMax,
    Ids,
    MatchAll,
    MatchNone,
    MatchPhrase,
    MultiMatch,
    Prefix,
    Query,
    Range,
    Term,
    Terms,
)
from elasticsearch.dsl.search_base import SearchBase

from portal.core.viewer import Viewer
from portal.search.contract import SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.elastic import index
from portal.search.engines.elastic.analysis import without_diacritics
from portal.search.engines.elastic.projecting import microseconds
from portal.search.engines.marks import CLOSE, OPEN
from portal.search.words import Alternative, Group
from portal.search.words import Term as Typed
from taxonomy.text import normalise

# How much more a word counts in the title and in the summary than in the body. So little because each field has its
# own statistics here: a word is rarer in titles than in texts, and a title shorter, so it counts far more already
# (docs/decisions/0011-elasticsearch-projection.md).
STEMS = ("title^1.1", "summary^1.5", "body")
EXACT = ("title.exact", "summary.exact", "body.exact")
TITLE = ["title.exact"]
# Of how many words one may be begun that is more than plain letters: `e-ma`, or one in another script.
MOST_ENDINGS = 1000
# What a hit is worth that has a word of a close match only.
CLOSE_COUNTS = 0.3
# Elasticsearch cuts off what is no more than a blank at the ends of an extract, marks among it: these joiners are more.
JOINER = "\u2060"
TAGS = (f"{JOINER}{OPEN}", f"{CLOSE}{JOINER}")
EXTRACT = {"number_of_fragments": 1, "fragment_size": 200}  # characters
EXTRACTS: dict[str, dict[str, Any]] = {"title": {"number_of_fragments": 0}, "summary": EXTRACT, "body": EXTRACT}
# Names of what is counted: how many have the words, and values, those of facets in which something is chosen apart.
SCOPE = "scope"
VALUES = "values"
OTHERS = "others"
CHOSEN = "chosen "
# More values than all facets of the portal have, so that none is left out.
MOST_VALUES = 10_000

ORDERS: dict[str, tuple[str, ...]] = {
    "relevance": ("_score", "-row"),
    "newest": ("-dated", "sort_title", "row"),
    "useful": ("-usefulness", "-dated", "row"),
    "title": ("sort_title", "row"),
}

# A part of an answer would pass for the whole of it.
WHOLE_ONLY = {"allow_partial_search_results": False}
REFUSED = 400  # the status of a search that the cluster would not run

Answer = dict[str, Any]
# A search: how it is to be answered, and what is asked.
Sent = tuple[dict[str, Any], dict[str, Any]]


def ask(client: Elasticsearch, *searches: Sent | None) -> list[Answer]:
    """The answers to the searches that there are: one request. Raises ApiError if one of them has none, and
    BadRequestError if it was refused."""
    answers = client.msearch(index=index.alias(), searches=[part for search in searches if search for part in search])
    for answer in answers["responses"]:
        if "error" in answer:
            kind = BadRequestError if answer["status"] == REFUSED else ApiError
            raise kind("A search was not answered.", meta=answers.meta, body=answer)
    return list(answers["responses"])


class ValuesFacet(TermsFacet):
    """One of the facets whose values stand in one field."""

    def __init__(self, name: str) -> None:
        super().__init__(field=VALUES)
        self.name = name

    def add_filter(self, filter_values: list[Any]) -> Query | None:
        """What has any of these values."""
        return super().add_filter([f"{self.name}{index.IS}{value}" for value in filter_values])


class EntrySearch(FacetedSearch[Any]):
    """One question with its facets, each counted under the others' choices.

    What is asked for and who asks is the query itself, so that hits and counts are of the same entries; chosen values
    are a filter after it.
    """

    doc_types = [index.EntryDocument]

    def __init__(self, query: SearchQuery, viewer: Viewer, asked: Asked, held_back: Sequence[str]) -> None:
        self.asked_query, self.viewer, self.asked, self.held_back = query, viewer, asked, held_back
        self.index = index.alias()
        filters: dict[str, Any] = {name: sorted(values) for name, values in query.filters.items() if values}
        self.facets = {name: ValuesFacet(name) for name in (*query.facets, *filters)}
        super().__init__(query=scope(query, viewer, asked, held_back), filters=filters)

    @cached_property
    def _body(self) -> dict[str, Any]:
        """Query, order, extracts and counts in Elasticsearch's own language: written out once, it costs enough."""
        return dict(self._s.to_dict())

    def hits(self, place: int) -> Sent:
        """What is sent for the page that begins with the hit at `place`, or the last one within reach."""
        size = self.asked_query.size
        body = {name: part for name, part in self._body.items() if name != "aggs"}
        return WHOLE_ONLY, {**body, "from": min(place, index.WINDOW - size), "size": size}

    def counts(self) -> Sent | None:
        """What is sent for the facets, beside the hits: the cluster works on both at once, and remembers counts until
        the index changes. None where nothing is counted."""
        if "aggs" not in self._body:
            return None
        counted = {"query": self._body["query"], "aggs": self._body["aggs"], "size": 0, "track_total_hits": False}
        return {**WHOLE_ONLY, "request_cache": True}, counted

    def query(self, search: Search[Any], query: Query) -> Search[Any]:  # type: ignore[override]
        return search.query(query)

    def build_search(self) -> Search[Any]:
        query = self.asked_query
        search = super().build_search().source(["ends"]).extra(track_total_hits=True)
        search = search.sort(*ORDERS.get(query.sort, ORDERS["relevance"]))
        return _highlighted(cast("Search[Any]", search), self.asked)

    def aggregate(self, search: SearchBase[Any]) -> None:
        """The values of the facets in which nothing is chosen, all in one go; those of each other facet under the other
        facets' choices; and how many have the words.

        What none narrows is counted over all that is found, without a filter that lets all through, which would take
        half the time of a search; and values of other facets are counted too: to leave them out costs as much again.
        """
        for label, names in self._parts().items():
            narrowing = [narrowed for name, narrowed in self._filters.items() if name not in names]
            counted = search.aggs.bucket(label, "filter", filter=reduce(and_, narrowing)) if narrowing else search.aggs
            counted.bucket(VALUES, "terms", field=VALUES, size=MOST_VALUES)
        if self._filters:
            search.aggs.bucket(SCOPE, "filter", filter=MatchAll())

    def _parts(self) -> dict[str, list[str]]:
        """Which facets are counted together, by the name of the filter under which they are."""
        chosen = {f"{CHOSEN}{name}": [name] for name in self.asked_query.facets if name in self._filters}
        others = [name for name in self.asked_query.facets if name not in self._filters]
        return {**chosen, **({OTHERS: others} if others else {})}

    def counted(self, answer: Answer) -> dict[str, tuple[tuple[str, int], ...]]:
        """(value, count) of each facet as `Found` has them, from what the cluster counted."""
        found: dict[str, list[tuple[str, int]]] = {name: [] for name in self.asked_query.facets}
        for label, names in self._parts().items():
            for bucket in answer.get(label, answer)[VALUES]["buckets"]:
                name, value = bucket["key"].split(index.IS, 1)
                if name in names:
                    found[name].append((value, bucket["doc_count"]))
        return {name: self.asked_query.answered(name, pairs) for name, pairs in found.items()}


def scope(query: SearchQuery, viewer: Viewer, asked: Asked, held_back: Sequence[str]) -> Query:
    """Everything that has the words and that `viewer` may see."""
    must_not = [phrase(term.text, EXACT if term.quoted else STEMS) for term in asked.negatives]
    filters = [*visible(viewer, held_back), *_days(query)]
    if query.kinds:
        filters.append(Terms(kind=list(query.kinds)))
    found = words(asked)
    return Bool(must=[found] if found else [], filter=filters, must_not=must_not)


def visible(viewer: Viewer, held_back: Sequence[str]) -> list[Query]:
    """What `viewer` may see, without what waits to be delivered."""
    audiences = [str(audience) for audience in sorted(viewer.audiences)]
    shown: list[Query] = [Terms(audience=audiences) if audiences else MatchNone()]
    return [*shown, ~Ids(values=list(held_back))] if held_back else shown


def words(asked: Asked) -> Query | None:
    """What must occur, scored; None for who browses."""
    if not asked.groups:
        return None
    found = _any_or_all(asked, asked.groups)
    if not asked.strict_groups:
        return found
    strict = _any_or_all(asked, asked.strict_groups)
    # What the strict words do not find has a close match only, and a part of its score.
    return Boosting(positive=found, negative=Bool(must_not=[strict]), negative_boost=CLOSE_COUNTS)


def _any_or_all(asked: Asked, groups: tuple[Group, ...]) -> Query:
    """Quoted phrases as they stand, and all the other groups, or any of them where that will do."""
    quoted = [phrase(term.text, EXACT) for term in asked.quoted]
    phrases = asked.phrases
    others = [_either(group) for group in groups if group not in phrases]
    if not asked.is_relaxed:
        return Bool(must=[*quoted, *others])
    return Bool(must=quoted, should=others, minimum_should_match=0 if quoted else 1)


def _either(group: Group) -> Query:
    alternatives = [_every(alternative) for alternative in group]
    return alternatives[0] if len(alternatives) == 1 else DisMax(queries=alternatives)


def _every(alternative: Alternative) -> Query:
    texts = [phrase(text, STEMS) for text in alternative]
    return texts[0] if len(texts) == 1 else Bool(must=texts)


def phrase(text: str, fields: Sequence[str]) -> Query:
    """The words of `text`, in this order, in any one of `fields`; each field in which they stand adds to the score."""
    return MultiMatch(query=text, fields=list(fields), type="phrase", tie_breaker=1.0)


def _days(query: SearchQuery) -> Iterable[Query]:
    """From the first moment of the first day to before that of the day after the last."""
    if query.since:
        yield Range(dated={"gte": _midnight(query.since)})
    if query.until and query.until < date.max:
        yield Range(dated={"lt": _midnight(query.until + timedelta(days=1))})


def _midnight(day: date) -> int:
    return microseconds(datetime.combine(day, time(), tzinfo=UTC))


def _highlighted(search: Search[Any], asked: Asked) -> Search[Any]:
    """The title whole, and one extract each of summary and body, in which any of the words asked for is marked."""
    texts = dict.fromkeys(text for group in asked.groups for alternative in group for text in alternative)
    if not texts:
        return search
    search = search.highlight_options(pre_tags=[TAGS[0]], post_tags=[TAGS[1]], type="unified", order="score")
    for name, options in EXTRACTS.items():
        # By the words in this field only: what is searched for would look for each hit's words in every field again.
        marked = Bool(should=[MatchPhrase(**{name: text}) for text in texts])
        search = search.highlight(name, highlight_query=marked.to_dict(), **options)
    return search


def typed(texts: Sequence[str], unfinished: Typed | None) -> Query:
    """Every one of `texts` in the title, and `unfinished` as the beginning of what stands there."""
    begun = [_begun(unfinished)] if unfinished else []
    return reduce(and_, [*(phrase(text, TITLE) for text in texts), *begun])


def _begun(term: Typed) -> Query:
    """A word in the title that begins so. To keep every beginning of every word there took a fifth of all indexing."""
    plain = without_diacritics(term.text)
    if len(term.words) == 1 and plain.isascii():
        return Prefix(**{TITLE[0]: normalise(plain)})
    return MultiMatch(query=term.text, fields=TITLE, type="phrase_prefix", max_expansions=MOST_ENDINGS)


def any_with(term: str, viewer: Viewer, held_back: Sequence[str]) -> Sent:
    """What is sent to learn whether anything that `viewer` may see has this word in any form."""
    found = Bool(filter=[any_form(term), *visible(viewer, held_back)])
    return WHOLE_ONLY, {"query": found.to_dict(), "size": 0, "track_total_hits": 1}


def any_form(word: str) -> Query:
    """Whatever has a word of this stem anywhere."""
    return MultiMatch(query=word, fields=list(STEMS))


def having(term: str) -> Query:
    """Whatever has exactly this word anywhere."""
    return reduce(or_, [Term(**{field: term}) for field in EXACT])
