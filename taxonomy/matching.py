"""Finds the vocabulary's labels in running text. Pure: a matcher is built of labels and asks no database."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from taxonomy import snapshot
from taxonomy.text import normalise

DEFAULT_LANGUAGE = "en"
LONGEST_ACRONYM = 6
SHORTEST_LABEL = 2

# A run of letters, in a text in which other characters beyond ASCII were replaced by spaces.
_TOKEN = re.compile(r"[0-9A-Za-z\u0080-\U0010ffff]+")
_FOLDED = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# What parts two words too far for one term, unless a label is written so itself.
_BREAK = re.compile(r"[,;:!?()\[\]{}<>\"“”„«»…|•·—=*&\x00]|\.\s|\s\.|\n\s*\n|\s[-–/]\s")


Span = tuple[int, int]


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


class _Words(NamedTuple):
    """The folded words of a text; `places` counts, when it is asked, and answers with what tells where a word stands.

    One run of letters may be several words ("2½"), which then have the same place: `inner` are all but its first.
    """

    words: list[str]
    places: Callable[[], Callable[[int], Span]]
    inner: Set[int] = frozenset()


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
        read = _read(text)
        words, sizes, phrases = read.words, self._sizes, self._phrases
        hits: list[tuple[int, int, _Phrase]] = []
        count = len(words)
        for place in [place for place, word in enumerate(words) if word in sizes]:
            word = words[place]
            for size in sizes[word]:
                if place + size > count:
                    break
                phrase = phrases.get(word if size == 1 else " ".join(words[place : place + size]))
                if phrase is not None:
                    hits.append((-size, place, phrase))
        return _without_overlaps(text, read, hits) if hits else []


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
    read = _read(label)
    span_of = read.places()
    return " ".join(label[span_of(0)[0] : span_of(len(read.words) - 1)[1]].casefold().split())


def _mention(text: str, start: int, end: int, size: int, phrase: _Phrase) -> Mention | None:
    written = text[start:end]
    if size > 1 and _BREAK.search(written) and " ".join(written.casefold().split()) not in phrase.written:
        return None
    ids = phrase.as_acronym if phrase.as_acronym and written.isupper() else phrase.in_any_case
    return Mention(start, end, ids) if ids else None


def _read(text: str) -> _Words:
    parted = _parted(text)
    if not parted.isascii():
        return _read_runs(parted)
    # Much faster than a match object for each word.
    pieces = parted.translate(_FOLDED).split(" ")
    return _Words([piece for piece in pieces if piece], lambda: _places(pieces))


def _places(pieces: list[str]) -> Callable[[int], Span]:
    """Where each word stands among `pieces`, which one space each parts. Numbers are all that is made for each word."""
    ends = list(accumulate(map(len, pieces)))
    filled = [number for number, piece in enumerate(pieces) if piece]

    def span_of(place: int) -> Span:
        number = filled[place]
        end = ends[number] + number
        return end - len(pieces[number]), end

    return span_of


def _read_runs(parted: str) -> _Words:
    """The words of a text with letters beyond ASCII, run by run."""
    words: list[str] = []
    spans: list[Span] = []
    inner: set[int] = set()
    for token in _TOKEN.finditer(parted):
        run = token[0]
        if run.isascii():
            words.append(run.lower())
            spans.append(token.span())
        else:
            parts, marks = _parts(run)
            inner.update(range(len(words) + 1, len(words) + len(parts)))
            words += parts
            spans += [(token.start() + marks, token.end())] * len(parts)
    return _Words(words, lambda: spans.__getitem__, inner)


def _parted(text: str) -> str:
    """`text`, as long as it was, with a space for each character beyond ASCII that parts words."""
    return text if text.isascii() else _BEYOND_ASCII.sub(lambda found: _parted_character(found[0]), text)


@lru_cache(maxsize=4096)
def _parted_character(character: str) -> str:
    return " " if _kind(character) == "other" else character


@lru_cache(maxsize=4096)
def _parts(run: str) -> tuple[tuple[str, ...], int]:
    """The words of a run of letters and marks, and how many marks stand before its first letter."""
    marks = next((place for place, character in enumerate(run) if _kind(character) == "letter"), len(run))
    return tuple(normalise(run).split()), marks


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """ "letter" for what normalises to letters or digits, "mark" for what vanishes, "other" for what parts words."""
    if normalise(character):
        return "letter"
    pieces = unicodedata.normalize("NFKD", character)
    return "mark" if all(unicodedata.category(piece).startswith("M") for piece in pieces) else "other"


def _without_overlaps(text: str, read: _Words, hits: list[tuple[int, int, _Phrase]]) -> list[Mention]:
    """The longest of `hits` (minus the number of words, first word, phrase), then the leftmost."""
    span_of = read.places()
    taken = bytearray(len(read.words))
    kept: list[Mention] = []
    for size, place, phrase in sorted(hits, key=itemgetter(0, 1)):
        end = place - size
        if place in read.inner or end in read.inner or 1 in taken[place:end]:
            continue
        mention = _mention(text, span_of(place)[0], span_of(end - 1)[1], -size, phrase)
        if mention is not None:
            taken[place:end] = b"\x01" * -size
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
