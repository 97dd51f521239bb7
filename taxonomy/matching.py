"""Finds the vocabulary's labels in running text. Pure: a matcher is built of labels and asks no database."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import compress, count, starmap
from operator import itemgetter
from typing import NamedTuple

from taxonomy import snapshot
from taxonomy.text import normalise

DEFAULT_LANGUAGE = "en"
LONGEST_ACRONYM = 6
SHORTEST_LABEL = 2

# What each byte of a text becomes: ASCII letters in lower case, other ASCII a space; the rest is looked at run by run.
_FOLDED = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(range(128, 256))
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# How many signs beyond ASCII, such as quotation marks, are replaced one by one before the whole text is gone through.
FEW = 8
# What parts two words too far for one term, unless a label is written so itself.
_BREAK = re.compile(r"[,;:!?()\[\]{}<>\"“”„«»…|•·—=*&\x00]|\.\s|\s\.|\n\s*\n|\s[-–/]\s")


class Mention(NamedTuple):
    """`text[start:end]` is a label of these concepts: several where they share it, the preferred ones first."""

    start: int
    end: int
    concept_ids: tuple[int, ...]


class LabelRow(NamedTuple):
    """A label and the concept that it leads to, which need not be the one that bears it."""

    text: str
    normalised: str
    concept_id: int


class _Phrase(NamedTuple):
    """What the words of one label lead to: `in_any_case` however written, `as_acronym` in capitals only too.

    `written` holds the case-folded labels that have a break within them.
    """

    in_any_case: tuple[int, ...]
    as_acronym: tuple[int, ...]
    written: frozenset[str]


class _Node:
    """Some first words of labels: what they are a label of, if of anything, and the nodes of longer ones by the next
    word."""

    __slots__ = ("longer", "phrase")

    def __init__(self) -> None:
        self.phrase: _Phrase | None = None
        self.longer: dict[str, _Node] = {}


# Minus the number of words, the first and the last place, and what the words lead to.
_Hit = tuple[int, int, int, _Phrase]


class Matcher:
    """All labels of one language. Building takes some microseconds for each; finding grows with the text alone."""

    def __init__(self, rows: Iterable[LabelRow]) -> None:
        """Of several rows with the same words the earlier ones come first among a mention's concepts."""
        found: dict[str, list[LabelRow]] = defaultdict(list)
        for row in rows:
            if len(row.normalised) >= SHORTEST_LABEL:
                found[row.normalised].append(row)
        self._root = _Node()
        for label, same in found.items():
            node = self._root
            for word in label.split(" "):
                node = node.longer.get(word) or node.longer.setdefault(word, _Node())
            node.phrase = _phrase(same)

    def find(self, text: str) -> list[Mention]:
        """The mentions in `text`, in order and without overlap; positions are in `text` as given.

        Words are compared as `taxonomy.text.normalise` folds them and never taken in part. The longest label (in
        words) wins, then the one further left. Short labels in capitals are found in capitals only.
        """
        folded = f" {_folded(text)} "
        runs = folded.split()
        words = firsts = runs
        if not folded.isascii():
            runs = [run for run in runs if _words_of(run)]
            words = [_words_of(run) for run in runs]
            firsts = [word.split(" ", 1)[0] for word in words]
        begun = self._root.longer
        numbers = list(compress(count(), map(begun.__contains__, firsts)))
        for read in (runs, words, firsts):
            read.append("")
        hits: list[_Hit] = []
        start = -1
        for number in numbers:
            # Where the same run stands again is in this list too, so the next one found is the one that is meant.
            start = folded.find(f" {runs[number]} ", start + 1)
            node = begun[firsts[number]]
            if firsts[number + 1] in node.longer or words[number] != runs[number]:
                hits += self._labels_at(folded, runs, words, number, start)
            elif node.phrase is not None:
                hits.append((-1, start, start + len(runs[number]), node.phrase))
        return _without_overlaps(text, hits) if hits else []

    def _labels_at(self, folded: str, runs: list[str], words: list[str], number: int, start: int) -> Iterator[_Hit]:
        """Every label that begins with the run of this number, which stands at `start`; "" ends `runs` and `words`."""
        node, size, end = self._root, 0, start
        start += _marks_before(runs[number])
        while True:
            for word in words[number].split(" "):
                following = node.longer.get(word)
                if following is None:
                    return
                node, size = following, size + 1
            end = folded.find(f" {runs[number]} ", end) + len(runs[number])
            if node.phrase is not None:
                yield -size, start, end, node.phrase
            number += 1


def is_acronym(label: str) -> bool:
    """Whether `label` is found as written only, so that "it" is never IT: short, and all its letters are capitals."""
    return label.isupper() and len(label) <= LONGEST_ACRONYM


def _phrase(rows: list[LabelRow]) -> _Phrase:
    return _Phrase(
        tuple(dict.fromkeys(row.concept_id for row in rows if not is_acronym(row.text))),
        tuple(dict.fromkeys(row.concept_id for row in rows)) if any(is_acronym(row.text) for row in rows) else (),
        frozenset(_written(row.text) for row in rows if _BREAK.search(row.text)),
    )


def _written(label: str) -> str:
    """`label` from its first letter to its last, case and spaces folded, every other sign as it is."""
    runs = _folded(label).split(" ")
    filled = [number for number, run in enumerate(runs) if _words_of(run)]
    first, last = filled[0], filled[-1] + 1
    start = sum(map(len, runs[:first])) + first + _marks_before(runs[first])
    return " ".join(label[start : sum(map(len, runs[:last])) + last - 1].casefold().split())


def _meant(written: str, size: int, phrase: _Phrase) -> tuple[int, ...]:
    """The concepts of a phrase of minus `size` words that is written so; none where it is no mention."""
    if size < -1 and _BREAK.search(written) and " ".join(written.casefold().split()) not in phrase.written:
        return ()
    return phrase.as_acronym if phrase.as_acronym and written.isupper() else phrase.in_any_case


def _folded(text: str) -> str:
    """`text`, as long as it was: a space for each character that parts words, ASCII letters in lower case."""
    for _turn in range(FEW):
        try:
            return text.encode("ascii").translate(_FOLDED).decode("ascii")
        except UnicodeEncodeError as error:
            found = text[error.start]
        if _kind(found) != "other":
            break
        text = text.replace(found, " ")
    others = (character for character in set(_BEYOND_ASCII.findall(text)) if _kind(character) == "other")
    text = text.translate(dict.fromkeys(map(ord, others), " "))
    # Bytes are translated many times faster than a text that is not all ASCII.
    return text.encode(errors="surrogatepass").translate(_FOLDED).decode(errors="surrogatepass")


def _words_of(run: str) -> str:
    """A run of letters and marks as labels are compared: "" for marks alone, several words for "2½"."""
    return run if run.isascii() else _normalised(run)


_normalised = lru_cache(maxsize=4096)(normalise)


@lru_cache(maxsize=4096)
def _marks_before(run: str) -> int:
    """How many marks stand before the first letter of a run."""
    return next((place for place, character in enumerate(run) if _kind(character) == "letter"), len(run))


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """ "letter" for what normalises to letters or digits, "mark" for what vanishes, "other" for what parts words."""
    if normalise(character):
        return "letter"
    pieces = unicodedata.normalize("NFKD", character)
    return "mark" if all(unicodedata.category(piece).startswith("M") for piece in pieces) else "other"


def _without_overlaps(text: str, hits: list[_Hit]) -> list[Mention]:
    """The longest of `hits`, then the leftmost."""
    taken = bytearray(len(text))
    kept: list[tuple[int, int, tuple[int, ...]]] = []
    for size, start, end, phrase in sorted(hits, key=itemgetter(0, 1)):
        if taken.find(1, start, end) < 0:
            is_word = size == -1 and not phrase.as_acronym
            ids = phrase.in_any_case if is_word else _meant(text[start:end], size, phrase)
            if ids:
                taken[start:end] = b"\x01" * (end - start)
                kept.append((start, end, ids))
    return list(starmap(Mention, sorted(kept)))


def matcher(language: str = DEFAULT_LANGUAGE) -> Matcher:
    """The matcher of the current version for texts in `language` (fr takes fr-CA's labels too): one query.

    The first call of a process in each version and language costs two queries more.
    """
    return matcher_of(snapshot.current(), language)


def matcher_of(held: snapshot.Snapshot, language: str = DEFAULT_LANGUAGE) -> Matcher:
    """The matcher of the version in `held`, built when it is first asked for."""
    main = language.split("-", 1)[0].lower()
    return held.part(f"matcher:{main}", lambda: Matcher(LabelRow(*row) for row in held.labels_in(main)))
