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


class Spot(NamedTuple):
    """The first mention of these concepts in a passage: `start` and `end` are places in its markup.

    `label` is the mention as written, for concepts that share it, else "".
    """

    start: int
    end: int
    concept_ids: tuple[int, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a note says of a concept; `definition` is plain text, cut where it is long."""

    title: str
    url: str
    definition: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The opening tag of a term's link, and the note that it is described by."""

    opening: str
    note: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words that all notes share, as safe HTML, and the interface's language that they are in."""

    language: str
    more: str
    switch: str


@dataclass(slots=True)
class Kept:
    """What one process knows under one version of the vocabulary. Marks are by label too where that is a choice."""

    defined: dict[int, snapshot.ConceptRow]
    own_pages: dict[str, int]
    spots: OrderedDict[bytes, tuple[Spot, ...]] = field(default_factory=OrderedDict)
    marks: dict[tuple[tuple[int, ...], str, str], Mark] = field(default_factory=dict)


def mark(markup: str, place: Place) -> str:
    """`markup` with the first mention of each agreed term marked, and notes with the definitions behind it.

    Only in running text, outside of links, headings and code, in the language of `place`, never a term on its own page,
    and not for a reader who switched it off. What is marked stays as it is. One query for the vocabulary's version.
    """
    if place.cookies.get(COOKIE) == OFF or NOTES in markup:
        return markup
    return markup if next(passages(markup), None) is None else mark_with(snapshot.current(), markup, place)


def mark_with(held: snapshot.Snapshot, markup: str, place: Place) -> str:
    """`markup`, marked by the vocabulary in `held`."""
    kept: Kept = held.part("marking", lambda: _kept(held))
    parts: list[str] = []
    own, words = kept.own_pages.get(place.path), _words(get_language())
    shown: dict[tuple[int, ...], Mark] = {}
    done = 0
    for passage in passages(markup):
        for spot in _spots(held, kept, passage, place.language):
            if spot.concept_ids in shown or own in spot.concept_ids:
                continue
            start, end = passage.start + spot.start, passage.start + spot.end
            made = shown[spot.concept_ids] = _mark(kept, spot, words)
            parts += [markup[done:start], made.opening, markup[start:end], "</a>"]
            done = end
    if not shown:
        return markup
    notes = "".join([made.note for made in shown.values()])
    script = f'<script type="module" src="{static_address("js/terms.js")}"></script>'
    return "".join([*parts, markup[done:], NOTES, notes, "</div>", script])


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


def _spots(held: snapshot.Snapshot, kept: Kept, passage: Passage, language: str) -> tuple[Spot, ...]:
    """The first mention of each term in the passage, found once for each text, language and version."""
    key = blake2b(f"{language}\x00{passage.markup}".encode(errors="surrogatepass"), digest_size=16).digest()
    spots = kept.spots.get(key)
    if spots is None:
        spots = kept.spots[key] = tuple(_find(held, kept, passage.markup, language))
        while len(kept.spots) > MOST_KEPT:
            kept.spots.popitem(last=False)
    return spots


def _find(held: snapshot.Snapshot, kept: Kept, markup: str, language: str) -> Iterator[Spot]:
    text = text_of(markup, language)
    seen: set[tuple[int, ...]] = set()
    for mention in matcher_of(held, language).find(text.words):
        ids = tuple([pk for pk in mention.concept_ids if pk in kept.defined])
        if not ids or ids in seen or _ends_a_compound(text.words, mention.start):
            continue
        place = text.place_of(mention.start, mention.end)
        if place is not None:
            seen.add(ids)
            label = " ".join(text.words[mention.start : mention.end].split()) if len(ids) > 1 else ""
            yield Spot(*place, ids, label)


def _ends_a_compound(words: str, start: int) -> bool:
    """Whether a hyphen ties the word at `start` to one before it: a non-member is no member."""
    return start > 1 and words[start - 1] in HYPHENS and words[start - 2].isalnum()


@lru_cache(maxsize=8)
def _words(language: str | None) -> Words:
    """The notes' own words in the language that is active, `language`; escaped."""
    switch = f'<a href="{SWITCH}" rel="nofollow">{escape(gettext("Do not mark terms"))}</a>'
    return Words(language or "", escape(gettext("More on this term")), switch)


def _mark(kept: Kept, spot: Spot, words: Words) -> Mark:
    """What is between the tags is markup of the passage itself: words and character references, never a tag."""
    ids = spot.concept_ids
    key = (ids, spot.label, words.language)
    made = kept.marks.get(key)
    if made is None:
        if len(kept.marks) >= MOST_MARKS:
            kept.marks.clear()
        meanings = [_meaning(kept.defined[pk]) for pk in ids]
        made = kept.marks[key] = (_choice if len(ids) > 1 else _term)(spot, meanings, words)
    return made


def _term(spot: Spot, meanings: list[Meaning], words: Words) -> Mark:
    (meaning,) = meanings
    text = f"<p><b>{escape(meaning.title)}</b> {escape(meaning.definition)}</p>"
    url = escape(meaning.url)
    return _made(spot, url, text, f'<a href="{url}">{words.more}</a> · {words.switch}')


def _choice(spot: Spot, meanings: list[Meaning], words: Words) -> Mark:
    """A label of several concepts: the reader chooses, here or in the glossary's list of them."""
    items = "".join(
        f'<li><b><a href="{escape(found.url)}">{escape(found.title)}</a></b> {escape(found.definition)}</li>'
        for found in meanings
    )
    text = f"<p>{escape(gettext('“%s” has several meanings:') % spot.label)}</p><ul>{items}</ul>"
    return _made(spot, escape(f"{GLOSSARY}?{urlencode({'q': spot.label})}"), text, words.switch)


def _made(spot: Spot, url: str, text: str, foot: str) -> Mark:
    """All three are safe HTML."""
    name = f"term-{'-'.join(map(str, spot.concept_ids))}"
    return Mark(
        f'<a class="term" href="{url}" aria-describedby="{name}-text">',
        f'<div class="popover term-note" popover="manual" id="{name}"><div id="{name}-text">{text}</div>'
        f'<p class="meta">{foot}</p></div>',
    )
