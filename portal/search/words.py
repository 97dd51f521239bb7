"""What a reader typed, taken apart: words, "phrases" and -negatives. Nothing else means anything to an engine."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from taxonomy.querysets import Synonyms
from taxonomy.text import normalise

MOST_CHARACTERS = 500
MOST_WORDS = 40
# With more words than this it is a question, not a look-up: hardly a text has them all, and the best has many of them
# (docs/decisions/0012-ranking.md).
LONG_QUESTION = 3

# Not asked for where there is any other word: nobody means them in "how do we charge for payroll".
STOP_WORDS = frozenset(
    normalise(
        """a an and are as at be been by can could did do does for from had has have how i in into is may me my not of
        on or our should so than that the their them then there these they this those to was we were what when where
        which while who whom whose why with would you your"""
    ).split()
)

_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‐": "-", "−": "-"})
# Unicode's control characters, all of them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PIECES = re.compile(r'(?P<minus>-*)(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: `text` as typed, its normalised `words`, and whether it was in quotation marks."""

    text: str
    words: tuple[str, ...]
    quoted: bool = False

    @property
    def is_stop_word(self) -> bool:
        return not self.quoted and len(self.words) == 1 and self.words[0] in STOP_WORDS


Alternative = tuple[str, ...]  # texts that must all occur
Group = tuple[Alternative, ...]  # any one of these will do


@dataclass(frozen=True, slots=True)
class Words:
    """A parsed query. `cut` says that the rest of it was left out."""

    terms: tuple[Term, ...] = ()
    negatives: tuple[Term, ...] = ()
    cut: bool = False

    @property
    def quoted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.quoted)

    @property
    def plain(self) -> str:
        """The normalised words asked for, in order: what synonyms are looked up for."""
        return " ".join(word for term in self.terms for word in term.words)


def clean(text: str) -> str:
    """`text` without what no database takes (NUL, lone surrogates) and other control characters, on one line."""
    text = text.encode("utf-8", "ignore").decode()
    return " ".join(_CONTROL.sub(" ", text).split())


def parse(text: str) -> Words:
    """Take `text` apart. Signs without a letter or digit (emoji, a lone dash) say nothing and are left out."""
    text = unicodedata.normalize("NFC", clean(text)).translate(_CURLY)
    cut = len(text) > MOST_CHARACTERS
    terms: list[Term] = []
    negatives: list[Term] = []
    room = MOST_WORDS
    for piece in _PIECES.finditer(text[:MOST_CHARACTERS]):
        typed = piece["phrase"] if piece["phrase"] is not None else piece["word"]
        words = tuple(normalise(typed).split())
        if not words:
            continue
        if len(words) > room:
            cut = True
            break
        room -= len(words)
        term = Term(typed, words, quoted=piece["phrase"] is not None)
        (negatives if piece["minus"] else terms).append(term)
    return Words(tuple(terms), tuple(negatives), cut)


def is_question(parsed: Words) -> bool:
    """Whether this is a question rather than a look-up: it has too many words for one text to have them all.

    Who sets quotation marks knows what a text must have, and means the other words as well.
    """
    return not parsed.quoted and len({term.words for term in parsed.terms if not term.is_stop_word}) > LONG_QUESTION


def says_nothing(text: str, parsed: Words) -> bool:
    """Whether something was typed of which no word is left. Only who typed nothing asks for everything."""
    return bool(clean(text)) and not parsed.terms and not parsed.negatives


def groups(words: Words, synonyms: Sequence[Synonyms] = (), *, with_close: bool = True) -> tuple[Group, ...]:
    """What must occur: one group for each word or phrase, or for each run of words that has synonyms.

    Close matches are among the synonyms unless `with_close` is false.
    `synonyms` are those of `words.plain`. One that would cut a hyphenated word or a quoted phrase in two is left out.
    """
    found: list[Group] = []
    optional: list[Group] = []
    for terms, match in _runs(words, synonyms):
        others = () if match is None else match.all_alternatives if with_close else match.alternatives
        group: Group = (tuple(term.text for term in terms), *((text,) for text in others))
        # By whether a synonym matched, not by what it brings: with and without close matches the groups are the same.
        (optional if match is None and terms[0].is_stop_word else found).append(group)
    return tuple(found or optional)


def taken_in(words: Words, synonyms: Sequence[Synonyms]) -> tuple[Synonyms, ...]:
    """Those of `synonyms` that `groups` searches for."""
    return tuple(match for _terms, match in _runs(words, synonyms) if match is not None)


def _runs(words: Words, synonyms: Sequence[Synonyms]) -> Iterator[tuple[list[Term], Synonyms | None]]:
    """Each word or phrase, or run of words that has synonyms, with these."""
    units = _units(words)
    position = 0
    while position < len(units):
        run, match = _run_at(units, position, synonyms)
        yield [term for term, _start in units[position : position + run]], match
        position += run


def _units(words: Words) -> list[tuple[Term, int]]:
    """Each term with the position of its first word."""
    units: list[tuple[Term, int]] = []
    start = 0
    for term in words.terms:
        units.append((term, start))
        start += len(term.words)
    return units


def _run_at(units: list[tuple[Term, int]], position: int, synonyms: Sequence[Synonyms]) -> tuple[int, Synonyms | None]:
    """How many units from `position` on one synonym covers exactly, and which; else 1 and none."""
    start = units[position][1]
    match = next((item for item in synonyms if item.start == start), None)
    if match is None:
        return 1, None
    run = 0
    reached = start
    for term, _start in units[position:]:
        if term.quoted or reached >= match.end:
            break
        reached += len(term.words)
        run += 1
    if not run or reached != match.end:
        return 1, None
    return run, match
