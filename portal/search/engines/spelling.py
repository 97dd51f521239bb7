"""The nearest word that a reader may see, for a word that nothing visible has."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from portal.core.viewer import Viewer
from portal.search.engines.dialects import Dialect

SHORTEST, LONGEST = 4, 30


def corrections(words: Iterable[str], viewer: Viewer, dialect: Dialect) -> dict[str, str]:
    """Word → nearest word, for the words that nothing visible has in any form and that something visible is near to.

    Words of others' private entries are candidates only until their visible entries are counted, all of equal
    distance together, so nothing that the viewer may not see changes the answer.
    """
    unknown = missing(words, viewer, dialect)
    return {word: nearest for word in unknown if (nearest := _nearest(word, viewer, dialect))}


def missing(words: Iterable[str], viewer: Viewer, dialect: Dialect) -> list[str]:
    """Those of `words` that may be misspelt, because nothing that `viewer` may see has them in any form."""
    wanted = spellable(words)
    known = dialect.known(wanted, viewer) if wanted else set()
    return [word for word in wanted if word not in known]


def spellable(words: Iterable[str]) -> list[str]:
    """Those of `words`, once each, for which a nearest one is looked for: too short ones are near to too many."""
    return [word for word in dict.fromkeys(words) if SHORTEST <= len(word) <= LONGEST and word.isalpha()]


def _nearest(word: str, viewer: Viewer, dialect: Dialect) -> str:
    """The nearest visible word: fewest edits, then most entries, then the alphabet; "" when none is near."""
    candidates = sorted(_candidates(word, dialect))
    for _distance, group in groupby(candidates, key=lambda pair: pair[0]):
        counts = dialect.holders([term for _, term in group], viewer)
        best = min((pair for pair in counts.items() if pair[1]), key=lambda pair: (-pair[1], pair[0]), default=None)
        if best is not None:
            return best[0]
    return ""


def _candidates(word: str, dialect: Dialect) -> Iterator[tuple[int, str]]:
    """(edits, term) for each term of the whole index within reach of `word`."""
    reach = 1 if len(word) < 6 else 2
    letters = set(word)
    for term in dialect.near(word, reach):
        # Each edit changes at most two letters of the set; this settles most terms without counting edits.
        if len(letters ^ set(term)) <= 2 * reach and term.isalpha():
            distance = edits(word, term, reach)
            if distance <= reach:
                yield distance, term


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
