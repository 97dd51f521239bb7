"""Our vocabulary as triples, some concepts at a time, so that the whole of it is never in memory."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from taxonomy.models import (
    BroaderLink,
    Concept,
    Label,
    Mapping,
    Membership,
    Notation,
    Note,
    OutsideScheme,
    OutsideText,
    RelatedLink,
    Scheme,
    Status,
)
from taxonomy.models.vocabulary import LabelKind
from taxonomy.skos import names
from taxonomy.text import clean_text

AT_ONCE = 500
TYPE, VALUE = names.RDF + "type", names.RDF + "value"
BOOLEAN, INTEGER = NamedNode(names.XSD + "boolean"), NamedNode(names.XSD + "integer")


def vocabulary(schemes: Sequence[Scheme]) -> Iterator[Triple]:
    """All of `schemes` and their concepts, drafts and deprecated ones too, each with the state it is in.

    Ten queries for each five hundred concepts.
    """
    for scheme in schemes:
        yield from _scheme(scheme)
    for outside in OutsideScheme.objects.filter(scheme__in=schemes).order_by("uri"):
        yield from _outside(outside)
    concepts = Concept.objects.filter(scheme__in=schemes).select_related("scheme").order_by("pk")
    last = 0
    while some := list(concepts.filter(pk__gt=last)[:AT_ONCE]):
        yield from of_concepts(some)
        last = some[-1].pk


def address(slug: str, uri: str | None) -> str:
    """Where a concept is known: its own address elsewhere, or its page's here."""
    return uri or names.own_uri(slug)


def of_concepts(concepts: Sequence[Concept]) -> Iterator[Triple]:
    """Everything about some concepts (with their schemes at hand): ten queries."""
    around = _Around([concept.pk for concept in concepts])
    for concept in concepts:
        yield from around.concept(concept)


def _say(subject: Any, predicate: str, value: Any) -> Triple:
    return Triple(subject, NamedNode(predicate), value)


def _text(text: str, language: str = "") -> Literal:
    words = clean_text(text).strip()
    tag = names.language_tag(language)
    return Literal(words, language=tag) if tag else Literal(words)


def _scheme(scheme: Scheme) -> Iterator[Triple]:
    subject = NamedNode(names.scheme_uri(scheme.slug))
    yield _say(subject, TYPE, NamedNode(names.SCHEME))
    yield _say(subject, names.SKOS + "prefLabel", _text(scheme.title, "en"))
    if scheme.description:
        yield _say(subject, names.DCTERMS + "description", _text(scheme.description, "en"))
    yield _say(subject, names.OWN + "status", _text(scheme.status))
    yield _say(subject, names.OWN + "order", Literal(str(scheme.order), datatype=INTEGER))
    for name, value in (("isFacet", scheme.is_facet), ("isOrdered", scheme.is_ordered)):
        yield _say(subject, names.OWN + name, Literal(str(value).lower(), datatype=BOOLEAN))
    tops = Concept.objects.filter(scheme=scheme, broader_links=None).order_by("pk").values_list("slug", "uri")
    for slug, uri in tops.iterator():
        yield _say(subject, names.SKOS + "hasTopConcept", NamedNode(address(slug, uri)))


def _outside(outside: OutsideScheme) -> Iterator[Triple]:
    subject = NamedNode(outside.uri)
    yield _say(subject, TYPE, NamedNode(names.SCHEME))
    for text in OutsideText.objects.filter(outside=outside).order_by("pk"):
        name = names.SKOS + "prefLabel" if text.is_name else names.DCTERMS + "description"
        yield _say(subject, name, _text(text.text, text.language))


class _Around:
    """What belongs to some concepts, read at once."""

    def __init__(self, pks: list[int]) -> None:
        self.labels = _grouped(Label.objects.filter(concept__in=pks), "text", "language", "jurisdiction", "kind")
        self.notes = _grouped(Note.objects.filter(concept__in=pks), "kind", "language", "text")
        self.notations = _grouped(Notation.objects.filter(concept__in=pks), "text", "datatype")
        self.mappings = _grouped(Mapping.objects.filter(concept__in=pks), "kind", "uri")
        self.memberships = _grouped(Membership.objects.filter(concept__in=pks), "outside__uri", "is_top")
        self.above = _grouped(BroaderLink.objects.filter(concept__in=pks), "broader__slug", "broader__uri")
        below = BroaderLink.objects.filter(broader__in=pks)
        self.below = _grouped(below, "concept__slug", "concept__uri", by="broader_id")
        self.beside = _grouped(RelatedLink.objects.filter(concept__in=pks), "related__slug", "related__uri")
        replaced = Concept.objects.filter(Q(pk__in=pks), replaced_by__isnull=False)
        self.replacements = _grouped(replaced, "replaced_by__slug", "replaced_by__uri", by="pk")

    def concept(self, concept: Concept) -> Iterator[Triple]:
        """All about one of them: its subject's triples first, then those of nodes that belong to it."""
        subject = NamedNode(address(concept.slug, concept.uri))
        yield _say(subject, TYPE, NamedNode(names.CONCEPT))
        yield from self._places(subject, concept)
        nodes: list[Triple] = []
        yield from self._labels(subject, concept.pk, nodes)
        yield from self._texts(subject, concept)
        yield from self._links(subject, concept.pk)
        yield from self._state(subject, concept)
        yield from nodes

    def _places(self, subject: NamedNode, concept: Concept) -> Iterator[Triple]:
        home = NamedNode(names.scheme_uri(concept.scheme.slug))
        yield _say(subject, names.SKOS + "inScheme", home)
        if concept.pk not in self.above:
            yield _say(subject, names.SKOS + "topConceptOf", home)
        for uri, is_top in self.memberships.get(concept.pk, ()):
            yield _say(subject, names.SKOS + "inScheme", NamedNode(uri))
            if is_top:
                yield _say(subject, names.SKOS + "topConceptOf", NamedNode(uri))

    def _labels(self, subject: NamedNode, pk: int, nodes: list[Triple]) -> Iterator[Triple]:
        """Labels as SKOS has them; those of a jurisdiction as alternative ones, and in full as `nodes` beside."""
        labels = self.labels.get(pk, [])
        everywhere = {(text, language) for text, language, place, _kind in labels if not place}
        for text, language, place, kind in labels:
            label = _text(text, language)
            if not place:
                yield _say(subject, names.SKOS + names.LABEL_NAMES[LabelKind(kind)], label)
                continue
            if kind != LabelKind.HIDDEN and (text, language) not in everywhere:
                yield _say(subject, names.SKOS + "altLabel", label)
            key = repr((subject.value, text, language, place, kind))
            node = BlankNode("l" + hashlib.blake2b(key.encode(), digest_size=12).hexdigest())
            yield _say(subject, names.OWN + "labelOfJurisdiction", node)
            nodes.append(_say(node, VALUE, label))
            nodes.append(_say(node, names.OWN + "labelKind", _text(kind)))
            nodes.append(_say(node, names.OWN + "jurisdiction", _text(place)))
            if (text, language) in everywhere:
                nodes.append(_say(node, names.OWN + "alsoEverywhere", Literal("true", datatype=BOOLEAN)))

    def _texts(self, subject: NamedNode, concept: Concept) -> Iterator[Triple]:
        for kind, name in names.OWN_TEXTS.items():
            if words := getattr(concept, name):
                yield _say(subject, names.SKOS + kind, _text(words, "en"))
        for kind, language, words in self.notes.get(concept.pk, ()):
            yield _say(subject, names.SKOS + kind, _text(words, language))
        for code, datatype in self.notations.get(concept.pk, ()):
            literal = Literal(code, datatype=NamedNode(datatype)) if datatype else _text(code)
            yield _say(subject, names.SKOS + "notation", literal)

    def _links(self, subject: NamedNode, pk: int) -> Iterator[Triple]:
        for name, links in (
            (names.SKOS + "broader", self.above),
            (names.SKOS + "narrower", self.below),
            (names.SKOS + "related", self.beside),
            (names.DCTERMS + "isReplacedBy", self.replacements),
        ):
            for slug, uri in links.get(pk, ()):
                yield _say(subject, name, NamedNode(address(slug, uri)))
        for kind, uri in self.mappings.get(pk, ()):
            yield _say(subject, names.SKOS + kind, NamedNode(uri))

    def _state(self, subject: NamedNode, concept: Concept) -> Iterator[Triple]:
        yield _say(subject, names.OWN + "status", _text(concept.status))
        if concept.status == Status.DEPRECATED:
            yield _say(subject, names.OWL + "deprecated", Literal("true", datatype=BOOLEAN))
        if concept.order:
            yield _say(subject, names.OWN + "order", Literal(str(concept.order), datatype=INTEGER))
        if concept.source:
            yield _say(subject, names.DCTERMS + "source", _text(concept.source))


def _grouped(rows: "QuerySet[Any, Any]", *columns: str, by: str = "concept_id") -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for key, _pk, *row in rows.order_by("pk").values_list(by, "pk", *columns):
        found.setdefault(key, []).append(tuple(row))
    return found
