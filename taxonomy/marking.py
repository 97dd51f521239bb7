"""Marks the first mention of each term in a page's running text, and puts the definitions at the page's end.

A mention becomes a link to the term's page, described by its definition: that is all that readers without scripts need.
`static/js/terms.js` shows the definitions in place. What mentions stand where in a text is kept for as long as the
vocabulary stays as it is; which of them is a page's first is decided for each page.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.translation import get_language, gettext

from portal.core.finishing import Place
from portal.core.static_files import static_address
from portal.core.text import plain_text
from taxonomy import snapshot
from taxonomy.access import is_withheld_from
from taxonomy.markup_reading import Passage, passages, text_of
from taxonomy.matching import matcher_of
from taxonomy.models import Status
from taxonomy.models.vocabulary import concept_url

COOKIE, OFF = "terms", "off"
LONGEST_DEFINITION = 400
MOST_KEPT = 2000
MOST_MARKS = 20_000
HYPHENS = "-\u2010\u2011"
GLOSSARY = "/glossary/"
NOTES = '<div class="term-notes">'
SWITCH = "/marked-terms/"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a note says of a concept; `definition` is plain text, cut where it is long."""

    title: str
    url: str
    definition: str


class Mark(NamedTuple):
    """The opening tag of the link to these concepts, and the note that it is described by."""

    concept_ids: tuple[int, ...]
    opening: str
    note: str


# The first mention of a term in a passage: where it begins and ends in the passage's markup, and how it is marked.
Spot = tuple[int, int, Mark]


@dataclass(frozen=True, slots=True)
class Words:
    """The words that all notes share, as safe HTML, and the interface's language that they are in."""

    language: str
    more: str
    switch: str


@dataclass(slots=True)
class Kept:
    """What one process knows under one version of the vocabulary.

    `plain` are the marks of mentions with one meaning, by the interface's language and the mention's concepts; `marks`
    are all of them, by label too where that is a choice.
    """

    defined: dict[int, snapshot.ConceptRow]
    own_pages: dict[str, int]
    plain: dict[str, dict[tuple[int, ...], Mark]] = field(default_factory=dict)
    spots: OrderedDict[bytes, tuple[Spot, ...]] = field(default_factory=OrderedDict)
    marks: dict[tuple[tuple[int, ...], str, str], Mark] = field(default_factory=dict)


def mark(markup: str, place: Place) -> str:
    """`markup` with the first mention of each agreed term marked, and notes with the definitions behind it.

    Only in running text, outside of links, headings and code, in the language of `place`, never a term on its own page,
    and not for a reader who switched it off, or may not see the glossary. What is marked stays as it is. One query for
    the vocabulary's version, and one for the glossary where something is marked.
    """
    if is_off(place) or NOTES in markup or next(passages(markup), None) is None:
        return markup
    marked = mark_with(snapshot.current(), markup, place)
    return markup if marked != markup and is_withheld_from(place.viewer) else marked


def is_off(place: Place) -> bool:
    """Whether this reader wants no marks: a member's account says so, on every device, and a visitor's cookie."""
    return not place.member.marks_terms if place.member is not None else place.cookies.get(COOKIE) == OFF


def mark_with(held: snapshot.Snapshot, markup: str, place: Place) -> str:
    """`markup`, marked by the vocabulary in `held`."""
    kept: Kept = held.part("marking", lambda: _kept(held))
    parts: list[str] = []
    notes: list[str] = []
    own, words = kept.own_pages.get(place.path), _words(get_language())
    seen: set[tuple[int, ...]] = set()
    done = 0
    for passage in passages(markup):
        offset = passage.start
        for start, end, (ids, opening, note) in _spots(held, kept, passage, place.language, words):
            if ids in seen or own in ids:
                continue
            seen.add(ids)
            start += offset
            parts += (markup[done:start], opening, markup[start : end + offset], "</a>")
            notes.append(note)
            done = end + offset
    if not seen:
        return markup
    script = f'</div><script type="module" src="{static_address("js/terms.js")}"></script>'
    return "".join([*parts, markup[done:], NOTES, *notes, script])


def _kept(held: snapshot.Snapshot) -> Kept:
    """Marked are agreed concepts that have a definition to show."""
    defined = {pk: row for pk, row in held.concepts.items() if row.status == Status.AGREED and row.definition_html}
    return Kept(defined, {concept_url(row.slug): pk for pk, row in defined.items()})


def _meaning(row: snapshot.ConceptRow) -> Meaning:
    return Meaning(row.title, concept_url(row.slug), _cut(plain_text(row.definition_html)))


def _cut(text: str) -> str:
    if len(text) <= LONGEST_DEFINITION:
        return text
    return text[:LONGEST_DEFINITION].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _spots(held: snapshot.Snapshot, kept: Kept, passage: Passage, language: str, words: Words) -> tuple[Spot, ...]:
    """The first mention of each term in the passage, found once for each text, both languages and version."""
    said = f"{language}\x00{words.language}\x00{passage.markup}"
    key = blake2b(said.encode(errors="surrogatepass"), digest_size=16).digest()
    spots = kept.spots.get(key)
    if spots is None:
        spots = kept.spots[key] = tuple(_find(held, kept, passage.markup, language, words))
        while len(kept.spots) > MOST_KEPT:
            kept.spots.popitem(last=False)
    return spots


def _find(held: snapshot.Snapshot, kept: Kept, markup: str, language: str, words: Words) -> Iterator[Spot]:
    text = text_of(markup, language)
    read, place_of, plain = text.words, text.place_of, kept.plain.setdefault(words.language, {})
    seen: set[tuple[int, ...]] = set()
    for start, end, concept_ids in matcher_of(held, language).find(read):
        made = plain.get(concept_ids)
        if made is None:
            ids = tuple([pk for pk in concept_ids if pk in kept.defined])
            if not ids:
                continue
            made = _mark(kept, ids, " ".join(read[start:end].split()) if len(ids) > 1 else "", words)
            if len(ids) == 1:
                plain[concept_ids] = made
        if made.concept_ids in seen or (read[start - 1] in HYPHENS and _ends_a_compound(read, start)):
            continue
        place = place_of(start, end)
        if place is not None:
            seen.add(made.concept_ids)
            yield *place, made


def _ends_a_compound(words: str, start: int) -> bool:
    """Whether the hyphen before the word at `start` ties it to one before it: a non-member is no member."""
    return start > 1 and words[start - 2].isalnum()


@lru_cache(maxsize=8)
def _words(language: str | None) -> Words:
    """The notes' own words in the language that is active, `language`; escaped."""
    switch = f'<a href="{SWITCH}" rel="nofollow">{escape(gettext("Do not mark terms"))}</a>'
    return Words(language or "", escape(gettext("More on this term")), switch)


def _mark(kept: Kept, ids: tuple[int, ...], label: str, words: Words) -> Mark:
    """How these concepts are marked. `label` is the mention as written, for concepts that share it, else ""."""
    key = (ids, label, words.language)
    made = kept.marks.get(key)
    if made is None:
        if len(kept.marks) >= MOST_MARKS:
            kept.marks.clear()
        meanings = [_meaning(kept.defined[pk]) for pk in ids]
        made = kept.marks[key] = _choice(ids, label, meanings, words) if label else _term(ids, meanings[0], words)
    return made


def _term(ids: tuple[int, ...], meaning: Meaning, words: Words) -> Mark:
    text = f"<p><b>{escape(meaning.title)}</b> {escape(meaning.definition)}</p>"
    url = escape(meaning.url)
    return _made(ids, url, text, f'<a href="{url}">{words.more}</a> · {words.switch}')


def _choice(ids: tuple[int, ...], label: str, meanings: list[Meaning], words: Words) -> Mark:
    """A label of several concepts: the reader chooses, here or in the glossary's list of them."""
    items = "".join(
        f'<li><b><a href="{escape(found.url)}">{escape(found.title)}</a></b> {escape(found.definition)}</li>'
        for found in meanings
    )
    text = f"<p>{escape(gettext('“%s” has several meanings:') % label)}</p><ul>{items}</ul>"
    return _made(ids, escape(f"{GLOSSARY}?{urlencode({'q': label})}"), text, words.switch)


def _made(ids: tuple[int, ...], url: str, text: str, foot: str) -> Mark:
    """All three are safe HTML."""
    name = f"term-{'-'.join(map(str, ids))}"
    return Mark(
        ids,
        f'<a class="term" href="{url}" aria-describedby="{name}-text">',
        f'<div class="popover term-note" popover="manual" id="{name}"><div id="{name}-text">{text}</div>'
        f'<p class="meta">{foot}</p></div>',
    )
