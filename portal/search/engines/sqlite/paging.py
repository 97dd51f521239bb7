"""The second half of a search: which of the entries found stand on the page, in order, and what they show."""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from portal.search.contract import SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.dialects import bounds
from portal.search.engines.marks import CLOSE, OPEN
from portal.search.engines.sqlite.functions import CHOSEN, choosing
from portal.search.engines.sqlite.matching import Answer
from portal.search.engines.sqlite.running import Rows, run
from portal.search.engines.sqlite.scoring import by_relevance
from portal.search.engines.sqlite.tables import ENTRIES, WORDS

SNIPPET_WORDS = 32
# By its order an index is walked until the page is full, unless so few entries were found that to sort them is less.
FEW = 20
ORDERS = {
    "newest": ("dated DESC, sort_title, id", "search_entry_newest"),
    "useful": ("usefulness DESC, dated DESC, id", "search_entry_useful"),
    "title": ("sort_title, id", ""),
}


def page(found: Answer, asked: Asked, query: SearchQuery, start: int) -> list[tuple[int, str]]:
    """(id, key) of the page's entries, those after the first `start`, in the order asked for."""
    size = query.size
    if query.sort not in ORDERS and asked.groups:
        return by_relevance(found, asked, size, start)
    order, index = ORDERS.get(query.sort, ORDERS["newest"])
    if len(found.ids) * FEW < found.entries:
        return run(
            f"SELECT id, key FROM {ENTRIES} WHERE +id IN (SELECT value FROM json_each(%s)) "
            f"ORDER BY {order} LIMIT %s OFFSET %s",
            [json.dumps(list(found.ids)), size, start],
        )
    # Days are known already; here they say where in the index to begin.
    days = [(f" AND dated {sign} %s", moment) for sign, moment in bounds(query)]
    with choosing(found.ids):
        return run(
            f"SELECT id, key FROM {ENTRIES} {index and f'INDEXED BY {index}'} "
            f"WHERE {CHOSEN}(id){''.join(condition for condition, _moment in days)} "
            f"ORDER BY {order} LIMIT %s OFFSET %s",
            [*(connection.ops.adapt_datetimefield_value(moment) for _condition, moment in days), size, start],
        )


def extracts(expression: str, pks: Sequence[int]) -> Rows:
    """Rows of (id, title, extract, summary) with the matching words between the marks.

    The extract is of the summary, which was written to be read, where that has any of the words; else of the body,
    which is long and costs the most, so it is looked into only then.
    """
    title, summary, body = f"highlight({WORDS}, 0, %s, %s)", _snippet(1), _snippet(2)
    marks = [OPEN, CLOSE, SNIPPET_WORDS]
    rows = run(
        f"SELECT rowid, {title}, {summary}, CASE WHEN INSTR({summary}, %s) THEN NULL ELSE {body} END "
        f"FROM {WORDS} WHERE {WORDS} MATCH %s AND rowid IN ({_marks(pks)})",
        [OPEN, CLOSE, *marks, *marks, OPEN, *marks, expression, *pks],
    )
    return [(pk, title, summary if body is None else body, summary) for pk, title, summary, body in rows]


def _snippet(column: int) -> str:
    return f"snippet({WORDS}, {column}, %s, %s, '…', %s)"


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("%s" for _ in values)
