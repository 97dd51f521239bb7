"""From a query to a page of results: synonyms, engine, rows, names."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from html import escape
from typing import Any, NamedTuple

from django.db.models import Case, F, Q, QuerySet, TextField, When
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.prepared import prepared
from portal.core.viewer import Viewer
from portal.search import engines, explaining, facets, registry, vocabulary, words
from portal.search.contract import Found, FoundEntry, Hit, SearchPage, SearchQuery
from portal.search.models import SearchEntry
from taxonomy.models.vocabulary import concept_url

SUMMARY_CHARACTERS = 240
MOST_CHIPS = 6
# To look for the nearest of each word costs most of all; a text in another language has dozens that nothing has.
MOST_SPELT = 6


class Row(NamedTuple):
    """What a hit shows of its entry; `beginning` is that of its body, or all of it where it has passages."""

    key: str
    kind: str
    object_pk: int
    title: str
    url: str
    label: str
    source: str
    language: str
    summary: str
    beginning: str
    evidence: str
    concepts: list[str]
    published_at: datetime | None
    passages: list[list[Any]]
    review_by: date | None


def search(query: SearchQuery, viewer: Viewer) -> SearchPage:
    """The page of results that `viewer` may see."""
    query = replace(query, filters=vocabulary.current_filters(query.filters, facets.own()))
    parsed = words.parse(query.text)
    synonyms = _synonyms(query, parsed, viewer)
    if words.says_nothing(query.text, parsed):
        found = Found(total=0, page=1, entries=(), counts={})
    else:
        found = engines.current().search(query, viewer, synonyms)
    rows = _rows(found.entries, viewer)
    expanded = tuple(dict.fromkeys(text for item in synonyms for text in item.all_alternatives))
    borne = facets.counted_concepts(found.counts) | {slug for row in rows.values() for slug in row.concepts}
    names = vocabulary.names_for(viewer, borne, facets.chosen_concepts(query))
    named = _Named(names, _labels(rows.values()), explaining.field_names())
    hit = partial(_hit, named=named, parsed=parsed, expanded=expanded)
    return SearchPage(
        query=replace(query, page=found.page),
        total=found.total,
        hits=tuple(hit(rows[entry.key], entry) for entry in found.entries if entry.key in rows),
        facets=facets.build(query, found.counts, names),
        expanded=expanded,
        relaxed=found.relaxed,
        notices=tuple(_notices(query.text, parsed, found)),
        suggestion=_suggestion(parsed, found, viewer) if query.wants_spelling else "",
        degraded=found.degraded,
    )


def totals(queries: Sequence[SearchQuery], viewer: Viewer) -> list[int]:
    """How many things `search` would find for each of `queries`, which ask for the same words."""
    if not queries:
        return []
    parsed = words.parse(queries[0].text)
    if words.says_nothing(queries[0].text, parsed):
        return [0] * len(queries)
    synonyms = _synonyms(queries[0], parsed, viewer)
    return [
        engines.current().search(replace(query, size=1, without_spelling=True), viewer, synonyms).total
        for query in queries
    ]


def _synonyms(query: SearchQuery, parsed: words.Words, viewer: Viewer) -> Sequence[vocabulary.Synonyms]:
    return () if query.exact or not parsed.terms else words.taken_in(parsed, vocabulary.expand(parsed.plain, viewer))


def suggest(text: str, viewer: Viewer, limit: int = 8) -> list[Hit]:
    """What `viewer` may be looking for, by the beginning of its title: kind, title and address. One query of rows."""
    keys = engines.current().suggest(text, viewer, limit)
    rows = (
        {key: row for audience_id, key, *row in _titled(list(keys)) if audience_id in viewer.audiences} if keys else {}
    )
    return [_named(*rows[key]) for key in keys if key in rows]


@prepared
def _titled(keys: list[str]) -> "QuerySet[SearchEntry, tuple[Any, ...]]":
    # The audience is looked at by who asks, as in `_keyed`.
    return SearchEntry.objects.filter(key__in=keys).values_list(
        "audience_id", "key", "kind", "object_pk", "title", "url"
    )


def _named(kind_name: str, pk: int, title: str, url: str) -> Hit:
    return Hit(kind_name, pk, title, url, snippet="", kind_label=_label(kind_name))


def _rows(entries: Iterable[FoundEntry], viewer: Viewer) -> dict[str, Row]:
    """The rows of hits, asked for once more under the viewer's audiences: a hit without such a row is not shown."""
    keys = [entry.key for entry in entries]
    rows = _keyed(keys) if keys else []
    return {values[0]: Row(*values) for audience_id, *values in rows if audience_id in viewer.audiences}


@prepared
def _keyed(keys: list[str]) -> "QuerySet[SearchEntry, tuple[Any, ...]]":
    # Were the audience a condition too, SQLite would rather read all of its entries than look up twenty keys.
    found = SearchEntry.objects.filter(key__in=keys)
    whole = When(~Q(passages=[]), then=F("body"))
    shown = found.annotate(
        beginning=Case(whole, default=Substr("body", 1, SUMMARY_CHARACTERS), output_field=TextField())
    )
    return shown.values_list("audience_id", *Row._fields)


def _labels(rows: Iterable[Row]) -> dict[str, str]:
    """What readers call the kinds of the rows."""
    return {kind: _label(kind) for kind in {row.kind for row in rows}}


def _label(kind_name: str) -> str:
    kind = registry.get(kind_name)
    return str(kind.label) if kind else kind_name


class _Named(NamedTuple):
    """What readers call things, translated once for a page: concepts by slug, kinds, fields."""

    concepts: facets.Names
    kinds: dict[str, str]
    fields: dict[str, str]


def _hit(row: Row, entry: FoundEntry, named: _Named, parsed: words.Words, expanded: tuple[str, ...]) -> Hit:
    chips = [(named.concepts[slug].title, concept_url(slug)) for slug in row.concepts if slug in named.concepts]
    # A term is not about itself.
    chips = [chip for chip in chips if chip[1] != row.url]
    return Hit(
        kind=row.kind,
        pk=row.object_pk,
        title=row.title,
        url=row.url,
        snippet=entry.snippet or escape(row.summary or row.beginning[:SUMMARY_CHARACTERS]),
        label=row.label,
        source=row.source,
        evidence=row.evidence,
        chips=tuple(sorted(chips, key=lambda chip: chip[0].casefold())[:MOST_CHIPS]),
        published_at=row.published_at,
        kind_label=named.kinds[row.kind],
        language=row.language,
        title_html=entry.title or escape(row.title),
        part=explaining.part_of(entry, row.beginning, row.passages),
        reasons=tuple(explaining.reasons(entry, named.fields, parsed, expanded)),
        stale=row.review_by is not None and row.review_by < timezone.localdate(),
    )


def _notices(text: str, parsed: words.Words, found: Found) -> Iterable[str]:
    if words.says_nothing(text, parsed):
        yield _("There is no letter and no digit in this, so there is nothing to search for.")
    if parsed.cut:
        yield _("Only the first %(words)d words, up to %(characters)d characters, were searched for.") % {
            "words": words.MOST_WORDS,
            "characters": words.MOST_CHARACTERS,
        }
    if words.is_question(parsed) and found.total:
        yield _("You asked with several words: these have some of them, the best first.")
    if found.relaxed and found.total:
        yield ngettext(
            "Nothing has all of these words. This has some of them.",
            "Nothing has all of these words. These have some of them.",
            found.total,
        )


def _suggestion(parsed: words.Words, found: Found, viewer: Viewer) -> str:
    """The query with each word that nothing visible has replaced by its nearest; "" when nothing is near."""
    asked = found.missing
    if found.relaxed or not found.total:
        plain = (term for term in parsed.terms if not term.quoted and not term.is_stop_word)
        asked = tuple(word for term in plain for word in term.words)
    nearest = engines.current().spelling(asked, viewer) if 0 < len(asked) <= MOST_SPELT else {}
    if not nearest:
        return ""
    spelt = [
        f'"{term.text}"'
        if term.quoted
        else " ".join(nearest.get(word, word) for word in term.words)
        if any(word in nearest for word in term.words)
        else term.text
        for term in parsed.terms
    ]
    minus = [f'-"{term.text}"' if term.quoted else f"-{term.text}" for term in parsed.negatives]
    return " ".join([*spelt, *minus])
