"""Words that several terms go by. They are allowed; readers are shown the choice, and stewards that there is one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from taxonomy import snapshot
from taxonomy.listing import Entry
from taxonomy.models.vocabulary import concept_url
from taxonomy.snapshot import Snapshot
from taxonomy.text import normalise

# Of a search, so many words are looked at, shared labels of up to so many words found, and so many choices shown.
MOST_WORDS = 32
LONGEST_IN_WORDS = 8
MOST_MEANINGS = 3


@dataclass(frozen=True, slots=True)
class SharedWord:
    """A word, and the terms that it may mean as (title, address)."""

    text: str
    terms: tuple[tuple[str, str], ...]


def by_words(held: Snapshot) -> dict[str, SharedWord]:
    """The shared words by their normalised texts, kept with the snapshot."""
    every = _every_word(held)
    return held.part("shared-words", lambda: {words: one for words, one in every.items() if len(one.terms) > 1})


def _every_word(held: Snapshot) -> dict[str, SharedWord]:
    """Every word of the glossary's lines by its normalised text, with the terms to which it leads."""
    return held.part("words", lambda: _read_words(held.entries))


def _read_words(lines: Iterable[Entry]) -> dict[str, SharedWord]:
    found: dict[str, list[Entry]] = {}
    for line in lines:
        found.setdefault(normalise(line.text), []).append(line)
    return {
        words: SharedWord(same[0].text, tuple({line.url: (line.see or line.text, line.url) for line in same}.values()))
        for words, same in found.items()
    }


def all_shared() -> Sequence[SharedWord]:
    """Every shared word, in the order of the glossary."""
    return list(by_words(snapshot.current()).values())


def meanings_of(text: str, held: Snapshot) -> SharedWord | None:
    """The choice that somebody has who looks `text` up; None when it means one term, or none."""
    return by_words(held).get(normalise(text)) if text else None


def meanings(text: str, limit: int = MOST_MEANINGS) -> list[SharedWord]:
    """The words of a search, in their order, that several terms go by: the longest first where one is part of another.

    One query for the vocabulary's version, none for a text without a word; two more in each process and version.
    """
    words = normalise(text).split()[:MOST_WORDS]
    if not words:
        return []
    shared = by_words(snapshot.current())
    found: dict[SharedWord, None] = {}
    place = 0
    while place < len(words) and len(found) < limit:
        ends = range(min(len(words), place + LONGEST_IN_WORDS), place, -1)
        end = next((end for end in ends if " ".join(words[place:end]) in shared), place)
        if end > place:
            found[shared[" ".join(words[place:end])]] = None
        place = max(end, place + 1)
    return list(found)


def others_called(texts: Iterable[str], own_slug: str, held: Snapshot) -> list[tuple[str, list[tuple[str, str]]]]:
    """(word, terms) for each of `texts` by which other terms than the one with `own_slug` are called."""
    words, own = _every_word(held), concept_url(own_slug)
    found = []
    for text in dict.fromkeys(texts):
        known = words.get(normalise(text))
        others = [term for term in known.terms if term[1] != own] if known else []
        if others:
            found.append((text, others))
    return found
