"""The best first: bm25 over the words that tell entries apart.

To score an entry costs as much as many words it was asked with, and forty common words stand in every entry. Where so
many were found, only the rarest words are scored by, and entries that have none of these follow behind, the ones
recorded last first. What is found and counted is not touched by it.
"""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

from pyroaring import BitMap

from portal.search.engines.asked import Asked
from portal.search.engines.sqlite import held
from portal.search.engines.sqlite.expressions import either, joined
from portal.search.engines.sqlite.functions import CHOSEN, STRICT, choosing
from portal.search.engines.sqlite.matching import Answer
from portal.search.engines.sqlite.running import run
from portal.search.engines.sqlite.tables import ENTRIES, WORDS
from portal.search.words import Group

# How much more a word counts in the title and in the summary than in the body.
WEIGHTS = "10.0, 4.0, 1.0"
# What a hit is worth that has a word of a close match only.
CLOSE_COUNTS = "0.3"
# Fewer groups of words, or fewer hits, are always scored by all their words.
FEW_GROUPS = 3
FEW_HITS = 20_000
# So many places of words are scored, as far as one can tell from the entries recorded last.
MOST_SCORED = 100_000
SAMPLE = 4096


def by_relevance(found: Answer, asked: Asked, size: int, start: int) -> list[tuple[int, str]]:
    """(id, key) of the `size` entries after the best `start`."""
    groups = telling(found, asked)
    expression = joined(asked, groups)
    # bm25 is below 0, and the better the lower.
    score = f"bm25({WORDS}, {WEIGHTS})"
    if found.strict is not None:
        score += f" * CASE WHEN {STRICT}(rowid) THEN 1.0 ELSE {CLOSE_COUNTS} END"
    with choosing(found.ids, found.strict or BitMap()):
        rows = run(
            f"WITH page AS MATERIALIZED (SELECT rowid AS id, {score} AS score FROM {WORDS} "
            f"WHERE {WORDS} MATCH %s AND {CHOSEN}(rowid) ORDER BY score, rowid DESC LIMIT %s OFFSET %s) "
            f"SELECT e.id, e.key FROM page CROSS JOIN {ENTRIES} e ON e.id = page.id "
            "ORDER BY page.score, e.dated DESC, e.sort_title, e.id",
            [expression, size, start],
        )
    if len(rows) < size and len(groups) < len(asked.groups):
        rows += _behind(found, expression, size - len(rows), start + len(rows))
    return rows


def telling(found: Answer, asked: Asked) -> tuple[Group, ...]:
    """The groups of words to score by: all of them, or the rarest."""
    if len(asked.groups) <= FEW_GROUPS or len(found.ids) <= FEW_HITS:
        return asked.groups
    one = f"SELECT %s, COUNT(*) FROM {WORDS} WHERE {WORDS} MATCH %s AND rowid > %s"
    parameters: list[object] = []
    for place, group in enumerate(asked.groups):
        parameters += [place, either(group), found.latest - SAMPLE]
    counted = run(" UNION ALL ".join(one for _ in asked.groups), parameters)
    rarest = sorted((number, place) for place, number in counted)
    if not asked.is_relaxed:
        return tuple(asked.groups[place] for _number, place in rarest[:FEW_GROUPS])
    room = MOST_SCORED * min(SAMPLE, found.entries) / found.entries
    chosen: list[Group] = []
    for number, place in rarest:
        room -= number
        if chosen and room < 0:
            break
        chosen.append(asked.groups[place])
    return tuple(chosen)


def _behind(found: Answer, expression: str, size: int, start: int) -> list[tuple[int, str]]:
    """What follows where those that are scored end."""
    _sets, (scored,) = held.snapshot([held.Match(WORDS, expression)])
    others = found.ids - scored
    first = max(0, start - (len(found.ids) - len(others)))
    pks = list(others[::-1][first : first + size])
    marks = ", ".join("%s" for _ in pks)
    return run(f"SELECT id, key FROM {ENTRIES} WHERE id IN ({marks}) ORDER BY id DESC", pks)
