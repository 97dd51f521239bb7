"""From the bare words that PostgreSQL cuts and marks back to the text that they were taken from.

`ts_headline` is shown words only, as the index is: its parser would take an address for one word and drop what looks
like a tag. So the words that it answers are sought in the text again, and the marks are set there.
"""

import re
import unicodedata

from portal.search.engines.marks import CLOSE, OPEN

_ACCENTS = re.compile("[\u0300-\u036f]")
_WORDS = re.compile(r"[^\W_]+")
_RUNS = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")


def split(text: str) -> list[str]:
    """The words of `text`, as the function `portal_search_split` of the database finds them."""
    return _WORDS.findall(_ACCENTS.sub("", unicodedata.normalize("NFKD", text).lower()))


def restored(text: str, extract: str, *, whole: bool = False) -> str:
    """The part of `text` (all of it if `whole`) that has the words of `extract`, marked as they are there.

    Where the two do not fit together it is the beginning of `text`, without marks.
    """
    cut = [(piece.strip("[]"), piece.startswith("[")) for piece in extract.split()]
    if not cut:
        return text if whole else ""
    spans = [(word, run.start(), run.end()) for run in _RUNS.finditer(text) for word in split(run[0])]
    words = [word for word, _start, _end in spans]
    first = _place(words, [word for word, _mark in cut])
    if first is None:
        first, cut = 0, [(word, False) for word in words[: len(cut)]]
    here = spans[first : first + len(cut)]
    begin, end = (0, len(text)) if whole or not here else _ends(text, spans, first, len(cut))
    made: list[str] = ["…" if begin else ""]
    reached = begin
    for (_word, start, stop), (_same, is_marked) in zip(here, cut, strict=True):
        if is_marked and start >= reached:
            made += [text[reached:start], OPEN, text[start:stop], CLOSE]
            reached = stop
    return "".join([*made, text[reached:end], "…" if end < len(text) else ""])


def _place(words: list[str], wanted: list[str]) -> int | None:
    """Where `wanted` begins in `words`."""
    for place in range(len(words) - len(wanted) + 1):
        if words[place] == wanted[0] and words[place : place + len(wanted)] == wanted:
            return place
    return None


def _ends(text: str, spans: list[tuple[str, int, int]], first: int, length: int) -> tuple[int, int]:
    """From where to where `text` is shown: whole where all its words are, else from word to word."""
    last = first + length - 1
    return (
        0 if first == 0 else spans[first][1],
        len(text) if last == len(spans) - 1 else spans[last][2],
    )
