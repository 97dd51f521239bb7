"""Triples as files: Turtle and RDF/XML by pyoxigraph, JSON-LD that a person can read, and a table."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import IO, Any

from pyoxigraph import BlankNode, Literal, RdfFormat, Triple, serialize

from taxonomy.models import BroaderLink, Concept, Label, Scheme
from taxonomy.models.vocabulary import LabelKind
from taxonomy.skos import describing, names

# A cell that begins so is run as a formula by spreadsheet programs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = (
    "uri", "slug", "scheme", "status", "replaced_by", "title", "title_language", "preferred", "alternative", "hidden",
    "definition", "scope_note", "example", "source", "broader",
)  # fmt: skip
BETWEEN = " | "


@dataclass(frozen=True, slots=True)
class Format:
    """A form in which the vocabulary leaves the house: its name, the ending of its address, and its media type."""

    name: str
    ending: str
    media_type: str

    @property
    def content_type(self) -> str:
        return self.media_type if self.name == "rdfxml" else f"{self.media_type}; charset=utf-8"


TURTLE = Format("turtle", "ttl", "text/turtle")
RDF_XML = Format("rdfxml", "rdf", "application/rdf+xml")
JSON_LD = Format("jsonld", "jsonld", "application/ld+json")
CSV = Format("csv", "csv", "text/csv")
FORMATS = {found.name: found for found in (TURTLE, RDF_XML, JSON_LD, CSV)}
BY_ENDING = {found.ending: found for found in FORMATS.values()}


def write_vocabulary(schemes: Sequence[Scheme], form: Format, out: IO[bytes]) -> None:
    """Write `schemes` with all their concepts to `out` as `form`, some concepts at a time."""
    if form is CSV:
        _write_table(schemes, out)
    else:
        write_triples(describing.vocabulary(schemes), form, out)


def write_triples(triples: Iterable[Triple], form: Format, out: IO[bytes]) -> None:
    """Write triples, which stand together by subject, to `out`."""
    if form is JSON_LD:
        _write_json(triples, out)
    else:
        kind = RdfFormat.TURTLE if form is TURTLE else RdfFormat.RDF_XML
        serialize(triples, out, format=kind, prefixes=names.PREFIXES)


def one_concept(concept: Concept, form: Format) -> bytes:
    """Everything about `concept` (with its scheme at hand) as `form`: ten queries."""
    out = io.BytesIO()
    write_triples(describing.of_concepts([concept]), form, out)
    return out.getvalue()


def _write_json(triples: Iterable[Triple], out: IO[bytes]) -> None:
    head = json.dumps(names.PREFIXES, ensure_ascii=False)
    out.write(f'{{"@context": {head},\n"@graph": ['.encode())
    for number, (subject, said) in enumerate(groupby(triples, key=lambda triple: triple.subject)):
        node: dict[str, Any] = {"@id": _json_id(subject)}
        for triple in said:
            node.setdefault(_short(triple.predicate.value), []).append(_json_value(triple.object))
        types = [value["@id"] for value in node.pop("rdf:type", ())]
        if types:
            node["@type"] = types
        out.write(((",\n" if number else "\n") + json.dumps(node, ensure_ascii=False)).encode())
    out.write(b"\n]}\n")


def _json_id(node: Any) -> str:
    return f"_:{node.value}" if isinstance(node, BlankNode) else str(node.value)


def _json_value(value: Any) -> dict[str, str]:
    if not isinstance(value, Literal):
        return {"@id": _json_id(value) if isinstance(value, BlankNode) else _short(value.value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    datatype = value.datatype.value
    return {"@value": value.value} if datatype == names.XSD + "string" else {"@value": value.value, "@type": datatype}


def _short(iri: str) -> str:
    """An address of SKOS's own words by its prefix; any other as it is."""
    for prefix in ("skos", "rdf", "dcterms", "owl", "cg"):
        if iri.startswith(names.PREFIXES[prefix]):
            return f"{prefix}:{iri.removeprefix(names.PREFIXES[prefix])}"
    return iri


def _write_table(schemes: Sequence[Scheme], out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    concepts = Concept.objects.filter(scheme__in=schemes).select_related("scheme", "replaced_by").order_by("pk")
    last = 0
    while some := list(concepts.filter(pk__gt=last)[: describing.AT_ONCE]):
        rows.writerows([_cell(value) for value in row] for row in _table_rows(some))
        last = some[-1].pk
    text.detach()


def _table_rows(concepts: list[Concept]) -> Iterator[tuple[str, ...]]:
    pks = [concept.pk for concept in concepts]
    labels: dict[tuple[int, str], list[str]] = {}
    rows = Label.objects.filter(concept__in=pks).order_by("pk")
    for pk, kind, text, language, place in rows.values_list("concept_id", "kind", "text", "language", "jurisdiction"):
        where = "-".join(part for part in (language, place) if part)
        labels.setdefault((pk, kind), []).append(f"{text} ({where})" if where else text)
    above: dict[int, list[str]] = {}
    links = BroaderLink.objects.filter(concept__in=pks).order_by("pk")
    for pk, slug in links.values_list("concept_id", "broader__slug"):
        above.setdefault(pk, []).append(slug)
    for concept in concepts:
        kinds = (LabelKind.PREF, LabelKind.ALT, LabelKind.HIDDEN)
        yield (
            describing.address(concept.slug, concept.uri),
            concept.slug,
            concept.scheme.slug,
            concept.status,
            concept.replaced_by.slug if concept.replaced_by else "",
            concept.title,
            concept.title_language,
            *(BETWEEN.join(labels.get((concept.pk, kind), ())) for kind in kinds),
            concept.definition,
            concept.scope_note,
            concept.example,
            concept.source,
            BETWEEN.join(above.get(concept.pk, ())),
        )


def _cell(text: str) -> str:
    text = text.replace("\x00", "")
    return f"'{text}" if text.lstrip().startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text
