"""What a term's page shows of exchange: notes in further languages, mappings, addresses for programs and engines."""

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Q, Value
from django.utils.safestring import SafeString, mark_safe

from portal.core.text import plain_text
from taxonomy.jurisdictions import language_name
from taxonomy.models import Concept, Mapping, MappingKind, Notation, Note, NoteKind
from taxonomy.models.vocabulary import NO_LANGUAGE, concept_url
from taxonomy.skos import names
from taxonomy.skos.writing import JSON_LD, RDF_XML, TURTLE

NAMED = ((TURTLE, "Turtle"), (JSON_LD, "JSON-LD"), (RDF_XML, "RDF/XML"))
SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
WEB = ("http://", "https://")

Target = tuple[str, str, bool]  # text, address, whether it is a term of ours


def exchanged(concept: Concept, names_of: Iterable[str]) -> dict[str, Any]:
    """What the exchange partials need of `concept` (with its scheme), which is called `names_of`: two queries."""
    notes, notations = _notes_and_notations(concept)
    mappings = _mappings(concept)
    is_named = concept.title_language not in {"en", "", NO_LANGUAGE}
    return {
        "title_language": concept.title_language if is_named else "",
        "note_groups": _note_groups(notes),
        "has_definition": any(note.kind == NoteKind.DEFINITION for note in notes),
        "mappings": mappings,
        "notations": notations,
        "file_url": concept_url(concept.slug).rstrip("/"),
        "endings": [(form.ending, name) for form, name in NAMED],
        "alternates": [(form.ending, name, form.media_type) for form, name in NAMED],
        "defined_term": defined_term(concept, names_of, mappings, notations),
    }


def _notes_and_notations(concept: Concept) -> tuple[list[Note], list[str]]:
    """One query for both."""
    notes = Note.objects.filter(concept=concept).values_list("pk", "kind", "language", "text")
    codes = Notation.objects.filter(concept=concept).values_list("pk", Value(""), Value(""), "text")
    rows = sorted(notes.union(codes, all=True))
    return (
        [Note(pk=pk, kind=kind, language=language, text=text) for pk, kind, language, text in rows if kind],
        [text for _pk, kind, _language, text in rows if not kind],
    )


def _note_groups(notes: list[Note]) -> list[tuple[str, list[Note]]]:
    """Notes under headings that say kind and language, kinds in SKOS's order."""
    kinds = list(NoteKind.values)
    ordered = sorted(notes, key=lambda note: (kinds.index(note.kind), note.language, note.pk))
    groups = groupby(ordered, key=lambda note: (note.get_kind_display(), note.language))
    return [
        (f"{kind} ({language_name(language)})" if language else str(kind), list(found))
        for (kind, language), found in groups
    ]


def _mappings(concept: Concept) -> list[tuple[str, list[Target]]]:
    """By kind of mapping, nearest first; exact and close ones of ours hold from the other side too: one query."""
    near = (MappingKind.EXACT, MappingKind.CLOSE)
    rows = Mapping.objects.filter(Q(concept=concept) | Q(target=concept, kind__in=near))
    found: dict[str, dict[str, Target]] = {kind: {} for kind in MappingKind.values}
    for row in rows.select_related("concept", "target").order_by("pk"):
        other = row.target if row.concept_id == concept.pk else row.concept
        if other is not None:
            found[row.kind][other.get_absolute_url()] = (other.title, other.get_absolute_url(), True)
        elif row.uri.startswith(WEB):
            found[row.kind][row.uri] = (row.uri, row.uri, False)
    return [(str(MappingKind(kind).label), list(targets.values())) for kind, targets in found.items() if targets]


def defined_term(
    concept: Concept, names_of: Iterable[str], mappings: list[tuple[str, list[Target]]], notations: list[str]
) -> SafeString:
    """The concept in the words of schema.org, for search engines: JSON that no markup can break out of."""
    exact = [url for kind, targets in mappings for _text, url, _own in targets if kind == str(MappingKind.EXACT.label)]
    same = [*([concept.uri] if concept.uri else []), *(_absolute(url) for url in exact)]
    other = [text for text in dict.fromkeys(names_of) if text != concept.title]
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": names.own_uri(concept.slug),
        "url": names.own_uri(concept.slug),
        "name": concept.title,
        "description": plain_text(concept.definition_html),
        "alternateName": other,
        "termCode": notations,
        "sameAs": same,
        "inDefinedTermSet": {
            "@type": "DefinedTermSet",
            "name": concept.scheme.title,
            "url": names.scheme_uri(concept.scheme.slug),
        },
    }
    text = json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(SCRIPT_ESCAPES))


def _absolute(url: str) -> str:
    return f"{settings.BASE_URL}{url}" if url.startswith("/") else url
