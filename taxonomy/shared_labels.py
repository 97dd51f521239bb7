"""Words that several terms go by. They are allowed; readers are shown the choice, and stewards that there is one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from taxonomy import snapshot
from taxonomy.listing import Entry
from taxonomy.models.vocabulary import concept_url
from taxonomy.snapshot import Snapshot
from taxonomy.text import normalise


@dataclass(frozen=True, slots=True)
class SharedWord:
    """A word, and the terms that it may mean as (title, address)."""

    text: str
    terms: tuple[tuple[str, str], ...]


def by_words(held: Snapshot) -> dict[str, SharedWord]:
    """The shared words by their normalised texts, kept with the snapshot."""
    every = _every_word(held)
    return held.keep("shared-words", lambda: {words: one for words, one in every.items() if len(one.terms) > 1})


def _every_word(held: Snapshot) -> dict[str, SharedWord]:
    """Every word of the glossary's lines by its normalised text, with the terms to which it leads."""
    return held.keep("words", lambda: _read_words(held.entries))


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
