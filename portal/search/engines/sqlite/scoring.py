"""The best first: bm25 over the words that tell entries apart.

To score an entry costs as much as it has places of the words, and a common word stands in nearly every entry. So where
many were found that have all the words, those come first that have them in the title, then those that have them in
title and summary, and each lot is scored only when a page reaches it: most pages are filled by the first. Where more
than a few words were asked, entries are scored by the rarest only, and those that have none of these follow behind, the
ones recorded last first. And where few have a phrase whose every word is common, to go through all that have the words
would cost more than it tells: those come first that have the phrase in the title, then the ones recorded last. What is
found and counted is not touched by any of this.
"""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

from collections.abc import Iterator, Sequence

from pyroaring import BitMap

from portal.search.engines.asked import Asked
from portal.search.engines.sqlite import bytemap
from portal.search.engines.sqlite.expressions import either, inside, joined, match
from portal.search.engines.sqlite.matching import Answer
from portal.search.engines.sqlite.running import Rows, run
from portal.search.engines.sqlite.tables import ENTRIES, TITLES, WORDS
from portal.search.words import Group

# How much more a word counts in the title and in the summary than in the body.
WEIGHTS = "10.0, 4.0, 1.0"
# What a hit is worth that has a word of a close match only.
CLOSE_COUNTS = "0.3"
# Where more have one word, or several, they are scored in lots, by where in the entry these are. Where fewer have
# several the first lots would seldom fill a page.
FEW_IN_ONE_LOT, FEW_WITH_SEVERAL = 2000, 10_000
LOTS = (("title",), ("title", "summary"))
# In so small a portal every word is scored by.
FEW_ENTRIES = 5000
# Where fewer were found, or with fewer telling groups of words, all of these are scored by.
FEW_GROUPS = 3
FEW_HITS = 20_000
# Where so many have the rarest word of a phrase, and so many times as many as have the phrase, it tells nothing.
COMMON, TIMES_AS_MANY = 10_000, 20
# So many places of words are scored, as far as one can tell from the entries recorded last.
MOST_SCORED = 100_000
SAMPLE = 1024


def by_relevance(found: Answer, asked: Asked, size: int, start: int) -> Rows:
    """(id, key) of the `size` entries after the best `start`."""
    end = start + size
    groups = telling(found, asked)
    rows: Rows = []
    left = found.ids
    for table, expression in _lots(found, asked, groups):
        scored = _scored(table, expression, left, found.strict, end - len(rows))
        rows += scored
        if len(rows) >= end:
            break
        left = left - BitMap(pk for pk, _key in scored)
    if len(rows) < end and (asked.is_relaxed or not groups):
        rows += _latest(left, end - len(rows))
    return rows[start:end]


def telling(found: Answer, asked: Asked) -> tuple[Group, ...]:
    """The groups of words to score by: all of them, or those that tell the entries apart; of phrases perhaps none."""
    if found.entries <= FEW_ENTRIES or len(found.ids) < 2:
        return asked.groups
    size = min(SAMPLE, found.entries)
    counted = sorted(_rarest_of_each(found, asked))
    number_of_rarest = counted[0][0] * found.entries / size
    if asked.phrases.issuperset(asked.groups) and number_of_rarest > max(COMMON, TIMES_AS_MANY * len(found.ids)):
        return ()
    # What stands in half of all entries is worth nothing to bm25.
    rarest = [pair for pair in counted if pair[0] * 2 < size] or counted[:1]
    if len(rarest) <= FEW_GROUPS or len(found.ids) <= FEW_HITS:
        return tuple(group for _number, group in rarest)
    if not asked.is_relaxed:
        return tuple(group for _number, group in rarest[:FEW_GROUPS])
    room = MOST_SCORED * size / found.entries
    chosen: list[Group] = []
    for number, group in rarest:
        room -= number
        if chosen and room < 0:
            break
        chosen.append(group)
    return tuple(chosen)


def _rarest_of_each(found: Answer, asked: Asked) -> Iterator[tuple[int, Group]]:
    """Each group with how many of the entries recorded last have it; of a quoted phrase, which was found already, the
    rarest of its words."""
    phrases = asked.phrases
    parts: list[list[Group]] = [
        [((word,),) for word in group[0][0].split()] if group in phrases else [group] for group in asked.groups
    ]
    numbers = _numbers(found, [group for some in parts for group in some])
    for some in parts:
        yield min((numbers[group], group) for group in some)


def _numbers(found: Answer, groups: Sequence[Group]) -> dict[Group, int]:
    """How many of the entries recorded last have each group; 0 for one that is alone, and need not be counted."""
    if len(groups) < 2:
        return dict.fromkeys(groups, 0)
    one = f"SELECT %s, COUNT(*) FROM {WORDS} WHERE {WORDS} MATCH %s AND rowid > %s"
    parameters: list[object] = []
    for place, group in enumerate(groups):
        parameters += [place, either(group), found.latest - SAMPLE]
    return {groups[place]: number for place, number in run(" UNION ALL ".join(one for _ in groups), parameters)}


def _lots(found: Answer, asked: Asked, groups: tuple[Group, ...]) -> Iterator[tuple[str, str]]:
    """What the entries of each lot match, and in which table, the last one all that were found unless there is nothing
    to score by. A close match makes no lot of its own."""
    if not groups:
        yield TITLES, match(asked)
        return
    few = FEW_IN_ONE_LOT if len(groups) == 1 else FEW_WITH_SEVERAL
    if len(found.ids) > few and not asked.is_relaxed:
        strict = joined(asked, asked.strict_groups or groups)
        yield from ((WORDS, inside(columns, strict)) for columns in LOTS)
    yield WORDS, joined(asked, groups)


def _scored(table: str, expression: str, among: BitMap, strict: BitMap | None, number: int) -> Rows:
    """(id, key) of the best of `among` that match in `table`; as many as there are, up to `number`."""
    # bm25 is below 0, and the better the lower.
    score, parameters = f"bm25({table}, {WEIGHTS})", [expression, bytemap.of(among), number]
    if strict is not None:
        score += f" * CASE WHEN {bytemap.HAS_ROW} THEN 1.0 ELSE {CLOSE_COUNTS} END"
        parameters.insert(0, bytemap.of(strict))
    return run(
        f"WITH page AS MATERIALIZED (SELECT rowid AS id, {score} AS score FROM {table} "
        f"WHERE {table} MATCH %s AND {bytemap.HAS_ROW} ORDER BY score, rowid DESC LIMIT %s) "
        f"SELECT e.id, e.key FROM page CROSS JOIN {ENTRIES} e ON e.id = page.id "
        "ORDER BY page.score, page.id DESC",
        parameters,
    )


def _latest(ids: BitMap, number: int) -> Rows:
    """(id, key) of those of `ids` that were recorded last, up to `number`."""
    pks = list(ids[max(0, len(ids) - number) :])
    marks = ", ".join("%s" for _ in pks)
    return run(f"SELECT id, key FROM {ENTRIES} WHERE id IN ({marks}) ORDER BY id DESC", pks) if pks else []
