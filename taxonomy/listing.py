"""The lines of the glossary from A to Z: terms, and the other words for them as "see" lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from portal.core.text import plain_text
from taxonomy.models import Concept, Label, Status
from taxonomy.models.vocabulary import NO_LANGUAGE, LabelKind, concept_url
from taxonomy.text import normalise

OTHER = "#"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST_TEASER = 180


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. A term has a `teaser`; a "see" line has in `see` the title of the term that it leads to, and in
    `others` (title, address) of further terms where the word has several meanings.

    `words` are the normalised texts by which the line is found, each between bars: "|service level agreement|sla|".
    """

    text: str
    url: str
    scheme: str
    letter: str
    words: str
    status: str = Status.AGREED
    teaser: str = ""
    see: str = ""
    language: str = "en"
    others: tuple[tuple[str, str], ...] = ()

    @property
    def own_words(self) -> str:
        """The line's own text, normalised: the first of its words."""
        return self.words[1 : self.words.index("|", 1)]


def all_entries() -> tuple[Entry, ...]:
    """Every line in its order: two queries.

    A deprecated concept is no line of its own; where another replaces it, its title leads there.
    """
    labels: dict[int, list[tuple[str, str, str, str]]] = {}
    rows = Label.objects.order_by("pk").values_list("concept_id", "text", "language", "kind", "normalised")
    for pk, text, language, kind, words in rows:
        labels.setdefault(pk, []).append((text, language, kind, words))
    lines: list[Entry] = []
    for concept in Concept.objects.select_related("scheme", "replaced_by").defer("scope_note", "example"):
        if concept.status == Status.DEPRECATED:
            lines += _retired(concept)
        else:
            lines += _term(concept, labels.get(concept.pk, []))
    return tuple(sorted(lines, key=_place))


def _place(entry: Entry) -> tuple[bool, str, str, bool]:
    words = normalise(entry.text)
    return entry.letter == OTHER, words, entry.text, bool(entry.see)


def _letter(words: str) -> str:
    return words[0].upper() if words and words[0].upper() in LETTERS else OTHER


def _term(concept: Concept, labels: Sequence[tuple[str, str, str, str]]) -> Iterator[Entry]:
    own = normalise(concept.title)
    yield Entry(
        concept.title,
        concept_url(concept.slug),
        concept.scheme.slug,
        _letter(own),
        "|" + "|".join(dict.fromkeys([own, *(words for *_label, words in labels)])) + "|",
        concept.status,
        shortened(plain_text(concept.definition_html)),
        language=concept.title_language if concept.title_language not in {"", NO_LANGUAGE} else "en",
    )
    seen = {own}
    # An imported thesaurus has its labels in all its languages: they find the term, and are no lines of this list.
    languages = None if concept.uri is None else {"", "en", concept.title_language}
    for text, language, kind, words in labels:
        is_line = kind != LabelKind.HIDDEN and (languages is None or language in languages)
        if is_line and words not in seen:
            seen.add(words)
            yield _see(text, words, concept, concept.scheme.slug, language)


def _retired(concept: Concept) -> Iterator[Entry]:
    # What was merged left its title to the other as a label, which has a line already.
    if concept.replaced_by is not None and concept.merged_into_id is None:
        yield _see(concept.title, normalise(concept.title), concept.replaced_by, concept.scheme.slug, "en")


def _see(text: str, words: str, concept: Concept, scheme: str, language: str) -> Entry:
    return Entry(
        text,
        concept_url(concept.slug),
        scheme,
        _letter(words),
        f"|{words}|",
        status=concept.status,
        see=concept.title,
        language=language,
    )


def shortened(text: str) -> str:
    """`text` cut at a word when it is longer than a line of a list can be."""
    if len(text) <= LONGEST_TEASER:
        return text
    return text[:LONGEST_TEASER].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def matching(entries: Iterable[Entry], scheme: str = "", query: str = "") -> list[Entry]:
    """The lines of one scheme ("" is all) in which each word of `query` begins some word of their labels."""
    wanted = normalise(query).split()
    return [
        entry
        for entry in entries
        if (not scheme or entry.scheme == scheme)
        and all(f"|{word}" in entry.words or f" {word}" in entry.words for word in wanted)
    ]


def with_choices(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Lines that stand in order, those of one word together: where a word has several meanings the reader chooses."""
    for _words, same in groupby(entries, key=lambda entry: entry.own_words):
        lines = list(same)
        see = {line.url: line for line in lines if line.see}
        yield from (line for line in lines if not line.see)
        if see:
            first, *others = see.values()
            yield replace(first, others=tuple((line.see, line.url) for line in others)) if others else first


def by_letter(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Lines that stand in order, under their letters."""
    return [(letter, list(found)) for letter, found in groupby(entries, key=lambda entry: entry.letter)]


def near(entries: Iterable[Entry], text: str, limit: int = 5) -> list[Entry]:
    """Terms that share the most words with `text`, for somebody who took a wrong turn."""
    wanted = {word for word in normalise(text).split() if len(word) > 1}
    scored = (
        (len(wanted & set(entry.words.replace("|", " ").split())), -len(entry.words), entry)
        for entry in entries
        if not entry.see and any(word in entry.words for word in wanted)
    )
    best = sorted((item for item in scored if item[0]), key=lambda item: item[:2], reverse=True)
    return [entry for _shared, _length, entry in best[:limit]]
