"""Why a hit is one: where its words are, in which of its parts, and by which other word it was found."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

from portal.search.contract import FoundEntry, HitPart
from portal.search.words import Words
from taxonomy.text import normalise

_MARKED = re.compile(r"<mark>(.*?)</mark>")
# Endings that a stem may lose: words with the same beginning are taken for the same.
LONGEST_ENDING = 4
SHORTEST_STEM = 4


def part_of(entry: FoundEntry, body: str, passages: Sequence[Sequence[Any]]) -> HitPart | None:
    """The passage of `body` in which the first matching word of the snippet stands; None where none has it.

    `passages` are [offset, address, label], in order.
    """
    if not passages or "body" not in entry.fields:
        return None
    before, _mark, after = entry.snippet.partition("<mark>")
    start = unescape(before).removeprefix("…")
    plain = start + unescape(after.replace("<mark>", "").replace("</mark>", "")).removesuffix("…")
    found = body.find(plain)
    if found < 0:
        return None
    place = found + len(start)
    holding = [passage for passage in passages if passage[0] <= place]
    return HitPart(label=holding[-1][2], url=holding[-1][1]) if holding else None


def field_names() -> dict[str, str]:
    """How the fields of an entry are spoken of, in the reader's language."""
    return {"title": _("in its title"), "summary": _("in its summary"), "body": _("in its text")}


def reasons(entry: FoundEntry, names: Mapping[str, str], parsed: Words, expanded: Sequence[str]) -> Iterable[str]:
    """Where the words are (`names` are the `field_names`), and the synonym that is there in the place of what was asked
    for."""
    yield from (names[field] for field in entry.fields)
    if not expanded:
        return
    marked = {
        word for text in _MARKED.findall(entry.title + entry.snippet) for word in normalise(unescape(text)).split()
    }
    asked = {word for term in parsed.terms for word in term.words}
    if not marked or any(_alike(word, other) for word in marked for other in asked):
        return
    for text in expanded:
        words = normalise(text).split()
        if words and all(any(_alike(word, other) for other in marked) for word in words):
            yield _("through “%(words)s”") % {"words": text}
            return


def _alike(one: str, other: str) -> bool:
    """Whether two words may have the same stem."""
    shortest = min(len(one), len(other))
    stem = max(min(shortest, SHORTEST_STEM), shortest - LONGEST_ENDING)
    return one[:stem] == other[:stem] and abs(len(one) - len(other)) <= LONGEST_ENDING
