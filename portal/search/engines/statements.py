"""The SQL of the SQLite dialect. Every value is a parameter; words reach FTS5 as quoted strings only."""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

from collections.abc import Iterable, Sequence
from typing import Any

from portal.core.viewer import Viewer
from portal.search.contract import SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.dialects import COUNT, HIT, TOTAL, bounds
from portal.search.engines.sqlite import ENTRIES, EXACT, VOCABULARY, WORDS
from portal.search.words import Group, Words

FACETS = "portal_search_searchfacet"
# How much more a word counts in the title and in the summary than in the body.
WEIGHTS = "10.0, 4.0, 1.0"
# What a hit is worth that has a word of a close match only.
CLOSE_COUNTS = "0.3"

ORDERS = {
    "relevance": "score, dated DESC, sort_title, id",
    "newest": "dated DESC, sort_title, id",
    "useful": "usefulness DESC, dated DESC, id",
    "title": "sort_title, id",
}

Parameters = list[Any]


def match(asked: Asked) -> str:
    """The FTS5 expression of `asked`, "" to browse."""
    if asked.is_relaxed and asked.quoted:
        return " AND ".join(literal(term.text) for term in asked.quoted)
    return _joined(asked, asked.groups)


def _joined(asked: Asked, groups: tuple[Group, ...]) -> str:
    return (" OR " if asked.is_relaxed else " AND ").join(_either(group) for group in groups)


def literal(text: str) -> str:
    """`text` as an FTS5 string: whatever it holds, it is words."""
    return '"' + text.replace('"', '""') + '"'


def _either(group: Group) -> str:
    return "(" + " OR ".join("(" + " AND ".join(literal(text) for text in every) + ")" for every in group) + ")"


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("%s" for _ in values)


def _scope(query: SearchQuery, viewer: Viewer, asked: Asked) -> tuple[str, Parameters]:
    """FROM and WHERE of everything that has the words and that `viewer` may see."""
    conditions = [f"e.audience_id IN ({_marks(viewer.audiences)})"]
    parameters: Parameters = sorted(viewer.audiences)
    source = f"{ENTRIES} e"
    if expression := match(asked):
        source = f"{WORDS} CROSS JOIN {ENTRIES} e ON e.id = {WORDS}.rowid"
        conditions.insert(0, f"{WORDS} MATCH %s")
        parameters.insert(0, expression)
    if query.kinds:
        conditions.append(f"e.kind IN ({_marks(query.kinds)})")
        parameters += query.kinds
    for sign, moment in bounds(query):
        conditions.append(f"e.dated {sign} %s")
        parameters.append(moment)
    for term in asked.quoted:
        conditions.append(f"e.id IN (SELECT rowid FROM {EXACT} WHERE {EXACT} MATCH %s)")
        parameters.append(literal(term.text))
    for term in asked.negatives:
        table = EXACT if term.quoted else WORDS
        conditions.append(f"e.id NOT IN (SELECT rowid FROM {table} WHERE {table} MATCH %s)")
        parameters.append(literal(term.text))
    return f"FROM {source} WHERE {' AND '.join(conditions)}", parameters


def _score(asked: Asked) -> tuple[str, Parameters]:
    """bm25, which is below 0 and the better the lower; what only a close match finds has a part of it."""
    if not asked.groups:
        return "0", []
    score = f"bm25({WORDS}, {WEIGHTS})"
    if not asked.strict_groups:
        return score, []
    found = f"e.id IN (SELECT rowid FROM {WORDS} WHERE {WORDS} MATCH %s)"
    return f"{score} * CASE WHEN {found} THEN 1.0 ELSE {CLOSE_COUNTS} END", [_joined(asked, asked.strict_groups)]


def _missed(filters: list[tuple[str, list[str]]]) -> tuple[str, Parameters]:
    """An expression with bit i set where the entry has none of the values chosen in the i-th facet."""
    bits: list[str] = []
    parameters: Parameters = []
    for place, (facet, values) in enumerate(filters):
        bits.append(
            f"(CASE WHEN EXISTS (SELECT 1 FROM {FACETS} f WHERE f.entry_id = e.id AND f.facet = %s "
            f"AND f.value IN ({_marks(values)})) THEN 0 ELSE {1 << place} END)"
        )
        parameters += [facet, *values]
    return " | ".join(bits) or "0", parameters


def _counted(query: SearchQuery, filters: list[tuple[str, list[str]]]) -> tuple[str, Parameters]:
    """Counts by facet and value, each facet under the other facets' choices."""
    under_others = ["b.missed = 0"]
    parameters: Parameters = list(query.facets)
    for place, (facet, _values) in enumerate(filters):
        if facet in query.facets:
            under_others.append(f"(f.facet = %s AND b.missed = {1 << place})")
            parameters.append(facet)
    return (
        "SELECT f.facet, f.value, COUNT(*) AS number, "
        "ROW_NUMBER() OVER (PARTITION BY f.facet ORDER BY COUNT(*) DESC, f.value) AS place "
        f"FROM base b CROSS JOIN {FACETS} f ON f.entry_id = b.id "
        # Were it a plain condition on the facet, SQLite would read the whole table first, to build a filter of no use.
        f"WHERE CASE WHEN f.facet IN ({_marks(query.facets)}) THEN {' OR '.join(under_others)} END "
        "GROUP BY f.facet, f.value"
    ), parameters


def _kept(query: SearchQuery, filters: list[tuple[str, list[str]]]) -> tuple[str, Parameters]:
    """Which counts are answered: one more than the limit, so that truncation shows, and whatever is chosen."""
    conditions = ["place <= CASE facet WHEN %s THEN %s ELSE %s END"]
    parameters: Parameters = [query.more, query.limit_of(query.more) + 1, query.facet_limit + 1]
    for facet, values in filters:
        conditions.append(f"(facet = %s AND value IN ({_marks(values)}))")
        parameters += [facet, *values]
    return " OR ".join(conditions), parameters


def found(query: SearchQuery, viewer: Viewer, asked: Asked) -> tuple[str, Parameters]:
    """One statement for total, facet counts and the page's entries, as `dialects.matched` reads them.

    A page past the last one is the last one.
    """
    filters = [(facet, sorted(values)) for facet, values in sorted(query.filters.items()) if values]
    score, parameters = _score(asked)
    missed, missed_parameters = _missed(filters)
    parameters += missed_parameters
    scope, more = _scope(query, viewer, asked)
    counted, counted_parameters = _counted(query, filters)
    kept, kept_parameters = _kept(query, filters)
    order = ORDERS.get(query.sort, ORDERS["relevance"])
    statement = f"""
        WITH base AS MATERIALIZED (
            SELECT e.id, e.key, e.sort_title, e.dated, e.usefulness,
                   {score} AS score, {missed} AS missed {scope}
        ), total AS MATERIALIZED (
            SELECT COUNT(*) AS scope, COUNT(*) FILTER (WHERE missed = 0) AS number FROM base
        ), counted AS ({counted})
        SELECT {TOTAL}, '', scope, number FROM total
        UNION ALL SELECT {COUNT}, facet, value, number FROM counted WHERE {kept}
        UNION ALL SELECT * FROM (
            SELECT {HIT}, key, id, ROW_NUMBER() OVER (ORDER BY {order}) AS place FROM base WHERE missed = 0
            ORDER BY place LIMIT %s OFFSET (SELECT MAX(0, MIN(%s, (number - 1) / %s * %s)) FROM total)
        )
    """
    page = [query.size, (query.page - 1) * query.size, query.size, query.size]
    return statement, [*parameters, *more, *counted_parameters, *kept_parameters, *page]


def snippets(expression: str, pks: Sequence[int], opening: str, closing: str, length: int) -> tuple[str, Parameters]:
    """Rows of (id, title, extract, summary) with the matching words between the marks.

    The extract is of the summary, which was written to be read, where that has any of the words; else of the body,
    which is long and costs the most, so it is looked into only then; and where neither has one, of the summary again.
    """
    title = f"highlight({WORDS}, 0, %s, %s)"
    summary, body = (f"snippet({WORDS}, {column}, %s, %s, '…', %s)" for column in (1, 2))
    ends: Parameters = [opening, closing]
    marks: Parameters = [opening, closing, length]
    return (
        f"SELECT rowid, {title}, CASE WHEN INSTR({summary}, %s) THEN {summary} ELSE {body} END, {summary} "
        f"FROM {WORDS} WHERE {WORDS} MATCH %s AND rowid IN ({_marks(pks)})",
        [*ends, *marks, opening, *marks, *marks, *marks, expression, *pks],
    )


def typed(words: Words) -> str:
    """An FTS5 expression for words being typed, of which there is one at least, the last perhaps unfinished."""
    whole = [literal(term.text) for term in words.terms]
    if not words.terms[-1].quoted:
        whole[-1] += " *"
    return "{title} : (" + " AND ".join(whole) + ")"


def suggested(match: str, viewer: Viewer, limit: int) -> tuple[str, Parameters]:
    """Keys of entries, shortest title first. The order takes nothing from entries that the viewer may not see."""
    return (
        f"SELECT e.key FROM {EXACT} CROSS JOIN {ENTRIES} e ON e.id = {EXACT}.rowid "
        f"WHERE {EXACT} MATCH %s AND e.audience_id IN ({_marks(viewer.audiences)}) "
        "ORDER BY LENGTH(e.title), e.sort_title, e.id LIMIT %s",
        [match, *sorted(viewer.audiences), limit],
    )


def terms(shortest: int, longest: int) -> tuple[str, Parameters]:
    """The words of the index that have so many letters."""
    return f"SELECT term FROM {VOCABULARY} WHERE LENGTH(term) BETWEEN %s AND %s", [shortest, longest]


def holders(words: Sequence[str], viewer: Viewer) -> tuple[str, Parameters]:
    """Each of `words` with how many entries have it that `viewer` may see."""
    one = (
        f"SELECT %s, COUNT(*) FROM {EXACT} CROSS JOIN {ENTRIES} e ON e.id = {EXACT}.rowid "
        f"WHERE {EXACT} MATCH %s AND e.audience_id IN ({_marks(viewer.audiences)})"
    )
    parameters: Parameters = []
    for word in words:
        parameters += [word, literal(word), *sorted(viewer.audiences)]
    return " UNION ALL ".join(one for _ in words), parameters
