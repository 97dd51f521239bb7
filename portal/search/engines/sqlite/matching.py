"""The first half of a search: which entries have what is asked, and how many of them have which facet value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from portal.core.viewer import Viewer
from portal.search.contract import SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.sqlite import held
from portal.search.engines.sqlite.expressions import joined, literal, unquoted
from portal.search.engines.sqlite.held import Match, Sets
from portal.search.engines.sqlite.sets import AUDIENCE, DAY, KIND, space_of
from portal.search.engines.sqlite.tables import EXACT, WORDS

Counts = Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: the ids that pass everything, and the counts by facet.

    `strict` are those that have the words without the vocabulary's close matches; None where it has none. `entries` is
    how many entries there are at all, and `latest` the id of the one recorded last.
    """

    ids: BitMap
    counts: Counts
    strict: BitMap | None
    entries: int
    latest: int


def answer(query: SearchQuery, viewer: Viewer, asked: Asked) -> Answer | None:
    """None when no entry that `viewer` may see has the words. One statement."""
    expression = unquoted(asked)
    wanted = [Match(WORDS, expression)] if expression else []
    wanted += [Match(EXACT, literal(term.text)) for term in asked.quoted]
    has_strict = bool(expression and asked.strict_groups)
    if has_strict:
        wanted.append(Match(WORDS, joined(asked, asked.strict_groups)))
    positives = len(wanted)
    wanted += [Match(EXACT if term.quoted else WORDS, literal(term.text)) for term in asked.negatives]
    sets, found = held.snapshot(wanted)
    strict = found[positives - 1] if has_strict else None
    with_words = found[: positives - has_strict]
    scope = _scope(sets, query, viewer, with_words, found[positives:])
    if not scope:
        return None
    return Answer(*_counted(sets, query, scope), strict, sets.number(), sets.latest())


def visible(sets: Sets, viewer: Viewer) -> BitMap:
    """The entries that `viewer` may see."""
    return sets.any_of(AUDIENCE, map(str, viewer.audiences))


def _scope(
    sets: Sets, query: SearchQuery, viewer: Viewer, with_words: Sequence[BitMap], without: Sequence[BitMap]
) -> BitMap:
    """What has the words, is of the kinds and days, and `viewer` may see, whatever the filters say."""
    scope = visible(sets, viewer)
    for ids in with_words:
        scope = scope & ids
    for ids in without:
        scope = scope - ids
    if query.kinds:
        scope = scope & sets.any_of(KIND, query.kinds)
    if query.has_days:
        first, last = ((query.since or date.min).isoformat(), (query.until or date.max).isoformat())
        scope = scope & sets.any_of(DAY, (day for day in sets.space(DAY) if first <= day <= last))
    return scope


def _counted(sets: Sets, query: SearchQuery, scope: BitMap) -> tuple[BitMap, Counts]:
    """What of `scope` passes every filter, and the counts of each facet under the other facets' choices."""
    chosen = {facet: sets.any_of(space_of(facet), values) for facet, values in query.filters.items() if values}
    counts: dict[str, tuple[tuple[str, int], ...]] = {}
    for facet in query.facets:
        under_others = _within(scope, (ids for name, ids in chosen.items() if name != facet))
        counts[facet] = _tally(sets, query, facet, under_others)
    return _within(scope, chosen.values()), {facet: pairs for facet, pairs in counts.items() if pairs}


def _within(scope: BitMap, filters: Iterable[BitMap]) -> BitMap:
    for ids in filters:
        scope = scope & ids
    return scope


def _tally(sets: Sets, query: SearchQuery, facet: str, among: BitMap) -> tuple[tuple[str, int], ...]:
    counted = [
        (value, number)
        for value, ids in sets.space(space_of(facet)).items()
        if (number := among.intersection_cardinality(ids))
    ]
    return query.answered(facet, counted)
