"""The SQL of the PostgreSQL dialect. Every value is a parameter; words reach it by `portal_search_phrase` only."""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

from collections.abc import Sequence
from typing import Any

from portal.core.viewer import Viewer
from portal.search.contract import SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.dialects import COUNT, HIT, TOTAL, bounds
from portal.search.engines.postgres.schema import ENTRIES, STEMS, TERMS, TEXTS
from portal.search.words import Group, Term, Words

FACETS = "portal_search_searchfacet"

# How many entries are ranked with care, of those that have the words: the ones with most of them in the title, then the
# newest. Of a query of any words, they are sought among those that have one of its rarest words.
CANDIDATES = 2000
# BM25, as everybody sets it. How often a word occurs is read from ts_rank, which for one word is the sum of 1/i² over
# its occurrences i = 1, 2 …, divided by π²/6. The last: what a word in the title or summary is worth besides.
K1, B, IN_FIELDS = 1.2, 0.75, 1.5
EVERYWHERE, FIELDS = "'{1, 1, 1, 1}'", "'{0, 0, 0.4, 1}'"  # of body, nothing, summary, title
LIMIT_OF_SUM = 1.64493406685
# What a hit is worth that has a word of a close match only.
CLOSE_COUNTS = 0.3

ORDERS = {
    "relevance": "score DESC NULLS LAST, dated DESC, sort_title, id",
    "newest": "dated DESC, sort_title, id",
    "useful": "usefulness DESC, dated DESC, id",
    "title": "sort_title, id",
}

Parameters = list[Any]
Part = tuple[str, Parameters]

PHRASE = f"portal_search_phrase('{STEMS}', %s)"
EXACT_PHRASE = "portal_search_phrase('simple', %s)"


def _group(group: Group) -> Part:
    alternatives = ["(" + " && ".join(PHRASE for _ in every) + ")" for every in group]
    return "(" + " || ".join(alternatives) + ")", [text for every in group for text in every]


def _match(groups: tuple[Group, ...], *, any_will_do: bool) -> Part:
    """A tsquery of stems."""
    parts = [_group(group) for group in groups]
    return (
        (" || " if any_will_do else " && ").join(sql for sql, _ in parts),
        [text for _, texts in parts for text in texts],
    )


def texts(asked: Asked) -> list[str]:
    """Every word and phrase that a hit may have, once."""
    return list(dict.fromkeys(text for group in asked.groups for every in group for text in every))


def _matching(asked: Asked) -> Part:
    """The tsquery of stems that every hit has. A query relaxed to its quoted phrases asks for these only."""
    if asked.is_relaxed and asked.quoted:
        return " && ".join(PHRASE for _ in asked.quoted), [term.text for term in asked.quoted]
    return _match(asked.groups, any_will_do=asked.is_relaxed)


def _quoted(term: Term) -> Part:
    """The ids of what has a phrase as it stands, sought among what has its stems."""
    return (
        f"SELECT x.id FROM portal_search_matching({PHRASE}) AS x JOIN {TEXTS} t ON t.entry_id = x.id "
        f"WHERE t.exact @@ {EXACT_PHRASE}"
    ), [term.text, term.text]


def _without(term: Term) -> Part:
    if term.quoted:
        return _quoted(term)
    return f"SELECT x.id FROM portal_search_matching({PHRASE}) AS x", [term.text]


def _scope(query: SearchQuery, viewer: Viewer, asked: Asked) -> Part:
    """FROM and WHERE of everything that has the words and that `viewer` may see."""
    source, parameters = f"{ENTRIES} e", list[Any]()
    if asked.groups:
        match, parameters = _matching(asked)
        source = f"portal_search_matching({match}) AS t JOIN {ENTRIES} e ON e.id = t.id"
    conditions = ["e.audience_id = ANY(%s)"]
    parameters.append(sorted(viewer.audiences))
    if query.kinds:
        conditions.append("e.kind = ANY(%s)")
        parameters.append(list(query.kinds))
    for sign, moment in bounds(query):
        conditions.append(f"e.dated {sign} %s")
        parameters.append(moment)
    subqueries = [("IN", *_quoted(term)) for term in asked.quoted]
    subqueries += [("NOT IN", *_without(term)) for term in asked.negatives]
    for sign, subquery, values in subqueries:
        conditions.append(f"e.id {sign} ({subquery})")
        parameters += values
    return f"FROM {source} WHERE {' AND '.join(conditions)}", parameters


def _missed(filters: list[tuple[str, list[str]]]) -> Part:
    """An expression with bit i set where the entry has none of the values chosen in the i-th facet."""
    bits = [
        f"CASE WHEN EXISTS (SELECT 1 FROM {FACETS} f WHERE f.entry_id = e.id AND f.facet = %s AND f.value = ANY(%s)) "
        f"THEN 0 ELSE {1 << place} END"
        for place in range(len(filters))
    ]
    return " + ".join(bits) or "0", [value for chosen in filters for value in chosen]


def _counted(query: SearchQuery, filters: list[tuple[str, list[str]]]) -> Part:
    """Counts by facet and value, each facet under the other facets' choices."""
    under_others = ["b.missed < 1"]
    parameters: Parameters = [list(query.facets)]
    for place, (facet, _values) in enumerate(filters):
        if facet in query.facets:
            under_others.append(f"(f.facet = %s AND b.missed = {1 << place})")
            parameters.append(facet)
    return (
        "SELECT f.facet, f.value, count(*) AS number, "
        'row_number() OVER (PARTITION BY f.facet ORDER BY count(*) DESC, f.value COLLATE "C") AS place '
        f"FROM base b JOIN {FACETS} f ON f.entry_id = b.id "
        f"WHERE f.facet = ANY(%s) AND ({' OR '.join(under_others)}) GROUP BY f.facet, f.value"
    ), parameters


def _kept(query: SearchQuery, filters: list[tuple[str, list[str]]]) -> Part:
    """Which counts are answered: one more than the limit, so that truncation shows, and whatever is chosen."""
    conditions = ["place <= CASE facet WHEN %s THEN %s ELSE %s END"]
    parameters: Parameters = [query.more, query.limit_of(query.more) + 1, query.facet_limit + 1]
    for facet, values in filters:
        conditions.append("(facet = %s AND value = ANY(%s))")
        parameters += [facet, values]
    return " OR ".join(conditions), parameters


def _terms(asked: Asked) -> Part:
    """Each word and phrase with its rarity, and how many entries have the rarer ones."""
    one = f"SELECT {PHRASE} AS term"
    every = texts(asked)
    return (
        f"""
        SELECT term, numnode(term) > 1 AS is_phrase, sum(holders) OVER (ORDER BY holders, term) - holders AS before,
            ln(1 + (greatest(entries, holders) - holders + 0.5) / (holders + 0.5)) AS rarity
        FROM (SELECT term, portal_search_number(term) AS holders FROM ({" UNION ".join(one for _ in every)}) AS asked)
            AS counted
        CROSS JOIN (SELECT CASE WHEN reltuples > 10000 THEN reltuples::bigint ELSE (SELECT count(*) FROM {TEXTS}) END
            AS entries FROM pg_class WHERE oid = '{TEXTS}'::regclass) AS all_entries
        WHERE numnode(term) > 0
        """,
        list(every),
    )


def _promising(asked: Asked) -> Part:
    """How much an entry looks like a good one before its words are counted: by its title, which costs little."""
    in_title = f"ts_rank(t.titles, {' || '.join(EXACT_PHRASE for _ in texts(asked))})"
    if asked.is_relaxed:
        rare = (
            f"SELECT r.id FROM terms CROSS JOIN LATERAL portal_search_matching(term) AS r WHERE before < {CANDIDATES}"
        )
        in_title = f"CASE WHEN e.id IN ({rare}) THEN 1 ELSE 0 END + {in_title}"
    return in_title, list(texts(asked))


def _score(asked: Asked) -> Part:
    """BM25 of row `o`. Joined to an empty vector, the stems are unpacked once for all words."""
    times = f"CASE WHEN is_phrase THEN 1 ELSE 1 / ({LIMIT_OF_SUM} * (1.000001 - everywhere)) - 0.5 END"
    length = f"{1 - B} + {B} * o.words / o.mean"
    score = f"sum(rarity * (times * {K1 + 1} / (times + {K1} * ({length})) + {IN_FIELDS} * in_fields))"
    parameters: Parameters = []
    if asked.strict_groups:
        strict, parameters = _match(asked.strict_groups, any_will_do=asked.is_relaxed)
        score += f" * CASE WHEN bool_or(stems @@ ({strict})) THEN 1 ELSE {CLOSE_COUNTS} END"
    return (
        f"""
        SELECT {score} FROM (SELECT stems || ''::tsvector AS stems FROM {TEXTS} WHERE entry_id = o.id OFFSET 0) AS t
        JOIN terms ON stems @@ term
        CROSS JOIN LATERAL (
            SELECT ts_rank({EVERYWHERE}, stems, term) AS everywhere, ts_rank({FIELDS}, stems, term) AS in_fields
        ) AS ranked CROSS JOIN LATERAL (SELECT {times} AS times) AS told
        """,
        parameters,
    )


def _ordered(query: SearchQuery, asked: Asked) -> tuple[str, Part, Part, Part]:
    """How hits are ordered: terms, if words are to be ranked by; what base must know for it; score; ORDER BY."""
    sort = query.sort if query.sort in ORDERS else "relevance"
    if sort != "relevance" or not asked.groups:
        return ORDERS[sort], ("", []), ("0 AS promise, 0 AS words", []), ("SELECT 0", [])
    terms, term_values = _terms(asked)
    promise, promise_values = _promising(asked)
    return (
        ORDERS[sort],
        (f"terms AS MATERIALIZED ({terms}), ", term_values),
        (f"{promise} AS promise, t.words", promise_values),
        _score(asked),
    )


def found(query: SearchQuery, viewer: Viewer, asked: Asked) -> Part:
    """One statement for total, facet counts and the page's entries, as `dialects.matched` reads them.

    A page past the last one is the last one.
    """
    filters = [(facet, sorted(values)) for facet, values in sorted(query.filters.items()) if values]
    order, terms, known, score = _ordered(query, asked)
    missed, scope = _missed(filters), _scope(query, viewer, asked)
    counted, kept = _counted(query, filters), _kept(query, filters)
    statement = f"""
        WITH {terms[0]} base AS MATERIALIZED (
            SELECT e.id, e.key, e.sort_title COLLATE "C" AS sort_title, e.dated, e.usefulness,
                {known[0]}, {missed[0]} AS missed {scope[0]}
        ), total AS MATERIALIZED (
            SELECT count(*) AS scope, count(*) FILTER (WHERE missed < 1) AS number FROM base
        ), counted AS ({counted[0]})
        SELECT {TOTAL}, '', scope::text, number FROM total
        UNION ALL SELECT {COUNT}, facet, value, number FROM counted WHERE {kept[0]}
        UNION ALL SELECT * FROM (
            SELECT {HIT}, key, id::text, row_number() OVER (ORDER BY {order}) AS place FROM (
                SELECT o.*, CASE WHEN place <= {CANDIDATES} THEN ({score[0]}) END AS score FROM (
                    SELECT *, avg(words) OVER () AS mean,
                        row_number() OVER (ORDER BY promise DESC, dated DESC, id) AS place
                    FROM base WHERE missed < 1
                ) AS o
            ) AS ranked
            ORDER BY place LIMIT %s OFFSET (SELECT greatest(0, least(%s, (number - 1) / %s * %s)) FROM total)
        ) AS hits
    """
    page = [query.size, (query.page - 1) * query.size, query.size, query.size]
    parts = (terms, known, missed, scope, counted, kept, score)
    return statement, [*(value for _, values in parts for value in values), *page]


def suggested(words: Words, viewer: Viewer, limit: int) -> Part:
    """Keys of entries, shortest title first. The order takes nothing from entries that the viewer may not see."""
    typed = [EXACT_PHRASE for _ in words.terms]
    if not words.terms[-1].quoted:
        typed[-1] = "portal_search_beginning(%s)"
    return (
        f"SELECT e.key FROM {TEXTS} t JOIN {ENTRIES} e ON e.id = t.entry_id "
        f"WHERE t.titles @@ ({' && '.join(typed)}) AND e.audience_id = ANY(%s) "
        'ORDER BY length(e.title), e.sort_title COLLATE "C", e.id LIMIT %s',
        [*(term.text for term in words.terms), sorted(viewer.audiences), limit],
    )


def terms(shortest: int, longest: int) -> Part:
    """The words of the index of so many letters."""
    return f"SELECT DISTINCT word FROM {TERMS} WHERE length(word) BETWEEN %s AND %s", [shortest, longest]


def known(words: Sequence[str], viewer: Viewer) -> Part:
    """Those of `words` that an entry has, in whatever form, which `viewer` may see."""
    return (
        "SELECT word FROM unnest(%s::text[]) AS given(word) "
        f"WHERE portal_search_known(portal_search_phrase('{STEMS}', word), %s::bigint[])",
        [list(words), sorted(viewer.audiences)],
    )


def holders(words: Sequence[str], viewer: Viewer) -> Part:
    """Each of `words` with how many entries have it that `viewer` may see."""
    return (
        f"SELECT word, (SELECT count(*) FROM portal_search_holding(portal_search_phrase('simple', word)) AS t "
        f"JOIN {ENTRIES} e ON e.id = t.id WHERE e.audience_id = ANY(%s)) "
        "FROM unnest(%s::text[]) AS given(word)",
        [sorted(viewer.audiences), list(words)],
    )


# How an extract is cut. Of a body that is longer only the beginning is looked into: to cut costs by length.
EXTRACT = "StartSel=[, StopSel=], MaxWords=32, MinWords=16, ShortWord=0"
WHOLE = "StartSel=[, StopSel=], HighlightAll=true"
LOOKED_INTO = 50_000


def extracts(asked: Asked, pks: Sequence[int]) -> Part:
    """Rows of (id, title, summary, body, and of each of the three its words or an extract of them).

    Words are as `portal_search_split` leaves them, matching ones in square brackets. The extract of the body is empty
    where the summary, which was written to be read, has some of them.
    """
    any_word = " || ".join(PHRASE for _ in texts(asked))
    return (
        f"""
        WITH asked AS MATERIALIZED (SELECT {any_word} AS words), hits AS MATERIALIZED (
            SELECT id, title, summary, left(body, {LOOKED_INTO}) AS body,
                ts_headline('{STEMS}', portal_search_split(title), words, '{WHOLE}') AS in_title,
                ts_headline('{STEMS}', portal_search_split(summary), words, '{EXTRACT}') AS in_summary
            FROM {ENTRIES}, asked WHERE id = ANY(%s)
        )
        SELECT id, title, summary, body, in_title, in_summary, CASE WHEN strpos(in_summary, '[') > 0 THEN ''
            ELSE ts_headline('{STEMS}', portal_search_split(body), words, '{EXTRACT}') END
        FROM hits, asked
        """,
        [*texts(asked), list(pks)],
    )
