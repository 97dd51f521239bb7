"""Finds the vocabulary's labels in running text. Pure: a matcher is built of labels and asks no database."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from taxonomy import snapshot
from taxonomy.text import normalise

DEFAULT_LANGUAGE = "en"
LONGEST_ACRONYM = 6
SHORTEST_LABEL = 2

# Whatever may hold letters: an ASCII word, or one with other characters in it, which are looked at one by one.
_TOKEN = re.compile(r"[0-9A-Za-z\u0080-\U0010ffff]+")
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


class _Word(NamedTuple):
    """A folded word and where the run of letters that it is in begins and ends; `place` is its place in that run."""

    text: str
    start: int
    end: int
    is_first: bool
    is_last: bool


class Matcher:
    """All labels of one language. Building takes some microseconds for each; finding grows with the text alone."""

    def __init__(self, rows: Iterable[LabelRow]) -> None:
        """Of several rows with the same words the earlier ones come first among a mention's concepts."""
        found: dict[str, list[LabelRow]] = defaultdict(list)
        for row in rows:
            if len(row.normalised) >= SHORTEST_LABEL:
                found[row.normalised].append(row)
        self._phrases = {words: _phrase(same) for words, same in found.items()}
        sizes: dict[str, set[int]] = defaultdict(set)
        for words in found:
            sizes[words.split(" ", 1)[0]].add(words.count(" ") + 1)
        self._sizes = {first: tuple(sorted(held)) for first, held in sizes.items()}

    def find(self, text: str) -> list[Mention]:
        """The mentions in `text`, in order and without overlap; positions are in `text` as given.

        Words are compared as `taxonomy.text.normalise` folds them and never taken in part. The longest label (in
        words) wins, then the one further left. Short labels in capitals are found in capitals only.
        """
        words = _words(text)
        candidates: list[tuple[int, int, Mention]] = []
        sizes = self._sizes
        for place, word in enumerate(words):
            held = sizes.get(word.text)
            if held is not None and word.is_first:
                for size in held:
                    mention = self._mention(text, words, place, size)
                    if mention is not None:
                        candidates.append((-size, place, mention))
        return _without_overlaps(candidates, len(words))

    def _mention(self, text: str, words: list[_Word], place: int, size: int) -> Mention | None:
        window = words[place : place + size]
        phrase = self._phrases.get(" ".join([word.text for word in window]))
        if phrase is None or not window[-1].is_last:
            return None
        start, end = window[0].start, window[-1].end
        written = text[start:end]
        if size > 1 and _BREAK.search(written) and " ".join(written.casefold().split()) not in phrase.written:
            return None
        ids = phrase.as_acronym if phrase.as_acronym and written.isupper() else phrase.in_any_case
        return Mention(start, end, ids) if ids else None


def is_acronym(label: str) -> bool:
    """Whether `label` is found as written only, so that "it" is never IT: short, and all its letters are capitals."""
    return label.isupper() and len(label) <= LONGEST_ACRONYM


def _phrase(rows: list[LabelRow]) -> _Phrase:
    return _Phrase(
        tuple(dict.fromkeys(row.concept_id for row in rows if not is_acronym(row.text))),
        tuple(dict.fromkeys(row.concept_id for row in rows)) if any(is_acronym(row.text) for row in rows) else (),
        frozenset(" ".join(row.text.casefold().split()) for row in rows if _BREAK.search(row.text)),
    )


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    for token in _TOKEN.finditer(text):
        held, start = token[0], token.start()
        if held.isascii():
            words.append(_Word(held.lower(), start, start + len(held), True, True))
        else:
            words += [
                _Word(word, start + begin, start + end, is_first, is_last)
                for word, begin, end, is_first, is_last in _runs(held)
            ]
    return words


@lru_cache(maxsize=4096)
def _runs(token: str) -> tuple[_Word, ...]:
    """The words of a token with characters beyond ASCII: the same as `normalise` makes, in runs of letters and marks.

    One character may be more than one word ("½"), which then begin and end together.
    """
    words: list[_Word] = []
    start = -1
    for place, character in enumerate([*token, " "]):
        kind = _kind(character)
        if start < 0 and kind == "letter":
            start = place
        elif start >= 0 and kind == "other":
            parts = normalise(token[start:place]).split()
            words += [
                _Word(part, start, place, number == 0, number == len(parts) - 1) for number, part in enumerate(parts)
            ]
            start = -1
    return tuple(words)


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """ "letter" for what normalises to letters or digits, "mark" for what vanishes, "other" for what parts words."""
    if normalise(character):
        return "letter"
    pieces = unicodedata.normalize("NFKD", character)
    return "mark" if all(unicodedata.category(piece).startswith("M") for piece in pieces) else "other"


def _without_overlaps(candidates: list[tuple[int, int, Mention]], count: int) -> list[Mention]:
    taken = bytearray(count)
    kept: list[Mention] = []
    for size, place, mention in sorted(candidates):
        if not any(taken[place : place - size]):
            taken[place : place - size] = b"\x01" * -size
            kept.append(mention)
    return sorted(kept)


def matcher(language: str = DEFAULT_LANGUAGE) -> Matcher:
    """The matcher of the current version for texts in `language` (fr takes fr-CA's labels too): one query.

    The first call of a process in each version and language costs two queries more.
    """
    return matcher_of(snapshot.current(), language)


def matcher_of(held: snapshot.Snapshot, language: str = DEFAULT_LANGUAGE) -> Matcher:
    """The matcher of the version in `held`, built when it is first asked for."""
    main = language.split("-", 1)[0].lower()
    return held.part(f"matcher:{main}", lambda: Matcher(LabelRow(*row) for row in held.labels_in(main)))
