"""The nearest word that a reader may see, for a word that nothing visible has."""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.db import connection

from portal.core.viewer import Viewer
from portal.search.engines.sqlite import ENTRIES, EXACT, VOCABULARY
from portal.search.engines.statements import literal

SHORTEST, LONGEST = 4, 30
AT_ONCE = 100


def corrections(words: Iterable[str], viewer: Viewer) -> dict[str, str]:
    """Word → nearest word, for the words that nothing visible has and that something visible comes near to.

    Words of others' private entries are candidates only until their visible entries are counted, all of equal
    distance together, so nothing that the viewer may not see changes the answer.
    """
    wanted = [word for word in dict.fromkeys(words) if SHORTEST <= len(word) <= LONGEST and word.isalpha()]
    known = _visible(wanted, viewer)
    unknown = [word for word in wanted if not known.get(word)]
    return {word: nearest for word in unknown if (nearest := _nearest(word, viewer))}


def _nearest(word: str, viewer: Viewer) -> str:
    """The nearest visible word: fewest edits, then most entries, then the alphabet; "" when none is near."""
    candidates = sorted(_candidates(word))
    for _distance, group in groupby(candidates, key=lambda pair: pair[0]):
        counts = _visible([term for _, term in group], viewer)
        best = min((pair for pair in counts.items() if pair[1]), key=lambda pair: (-pair[1], pair[0]), default=None)
        if best is not None:
            return best[0]
    return ""


def _candidates(word: str) -> Iterator[tuple[int, str]]:
    """(edits, term) for each term of the whole index within reach of `word`."""
    reach = 1 if len(word) < 6 else 2
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT term FROM {VOCABULARY} WHERE LENGTH(term) BETWEEN %s AND %s",
            [max(SHORTEST - 1, len(word) - reach), len(word) + reach],
        )
        terms = cursor.fetchall()
    letters = set(word)
    for (term,) in terms:
        # Each edit changes at most two letters of the set; this settles most terms without counting edits.
        if len(letters ^ set(term)) <= 2 * reach and term.isalpha():
            distance = edits(word, term, reach)
            if distance <= reach:
                yield distance, term


def _visible(terms: Sequence[str], viewer: Viewer) -> dict[str, int]:
    """How many entries that `viewer` may see have each of `terms`: one statement for each hundred."""
    counts: dict[str, int] = {}
    for start in range(0, len(terms), AT_ONCE):
        some = terms[start : start + AT_ONCE]
        marks = ", ".join("%s" for _ in viewer.audiences)
        one = (
            f"SELECT %s, COUNT(*) FROM {EXACT} CROSS JOIN {ENTRIES} e ON e.id = {EXACT}.rowid "
            f"WHERE {EXACT} MATCH %s AND e.audience_id IN ({marks})"
        )
        parameters: list[str | int] = []
        for term in some:
            parameters += [term, literal(term), *sorted(viewer.audiences)]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(one for _ in some), parameters)
            counts.update(cursor.fetchall())
    return counts


def edits(one: str, other: str, most: int) -> int:
    """How many letters are added, left out, replaced or swapped with the next; `most + 1` when more than `most`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row, last = row, [i], before
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
