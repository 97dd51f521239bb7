"""The names of things in SKOS, and the few of our own that SKOS has no word for (docs/vocabulary-exchange.md)."""

import re
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from pyoxigraph import Literal, NamedNode

from taxonomy.models import MappingKind, NoteKind
from taxonomy.models.vocabulary import LONGEST_LANGUAGE, LabelKind, concept_url

SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWN = "urn:common-ground:vocabulary#"

PREFIXES = {"skos": SKOS, "rdf": RDF, "dcterms": DCTERMS, "owl": OWL, "xsd": XSD, "cg": OWN}

LABELS = {"prefLabel": LabelKind.PREF, "altLabel": LabelKind.ALT, "hiddenLabel": LabelKind.HIDDEN}
LABEL_NAMES = {kind: name for name, kind in LABELS.items()}
NOTES = frozenset(NoteKind.values)
# The three kinds of note that a concept holds itself, in English.
OWN_TEXTS = {NoteKind.DEFINITION: "definition", NoteKind.SCOPE: "scope_note", NoteKind.EXAMPLE: "example"}
MAPPINGS = frozenset(MappingKind.values)

# What each predicate is called in what is gathered.
PREDICATES = {
    RDF + "type": "type",
    RDF + "value": "value",
    RDFS + "label": "name",
    DC + "title": "name",
    DCTERMS + "title": "name",
    DC + "description": "description",
    DCTERMS + "description": "description",
    SKOSXL + "literalForm": "value",
    **{SKOSXL + name: name for name in LABELS},
    **{SKOS + name: name for name in (*LABELS, *NOTES, *MAPPINGS)},
    **{
        SKOS + name: name
        for name in (
            "broader",
            "narrower",
            "related",
            "inScheme",
            "topConceptOf",
            "hasTopConcept",
            "notation",
            "member",
        )
    },
    DCTERMS + "source": "source",
    DCTERMS + "isReplacedBy": "isReplacedBy",
    OWL + "deprecated": "deprecated",
    OWN + "status": "status",
    OWN + "order": "order",
    OWN + "isFacet": "isFacet",
    OWN + "isOrdered": "isOrdered",
    OWN + "labelOfJurisdiction": "labelOfJurisdiction",
    OWN + "labelKind": "labelKind",
    OWN + "jurisdiction": "jurisdiction",
    OWN + "alsoEverywhere": "alsoEverywhere",
}
CONCEPT, SCHEME = SKOS + "Concept", SKOS + "ConceptScheme"
COLLECTIONS = frozenset({SKOS + "Collection", SKOS + "OrderedCollection"})

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]")
# A country has two letters, a script four.
_SUBTAG_FORMS: dict[int, Callable[[str], str]] = {2: str.upper, 4: str.title}


def glossary_uri() -> str:
    """The address below which every concept of ours has its own."""
    return f"{settings.BASE_URL}/glossary/"


def own_uri(slug: str) -> str:
    """The permanent address of a concept that was made here."""
    return f"{settings.BASE_URL}{concept_url(slug)}"


def scheme_uri(slug: str) -> str:
    """The address of a scheme: the glossary, narrowed to it."""
    return f"{glossary_uri()}?scheme={slug}"


def slug_of(uri: str) -> str:
    """The slug in the address of a concept of ours, "" for any other address."""
    found = re.fullmatch(re.escape(glossary_uri()) + r"([A-Za-z0-9_-]{1,100})/", uri)
    return found[1] if found else ""


def is_iri(text: str) -> bool:
    """Whether `text` may be written as an address in every format."""
    if not _ABSOLUTE.match(text):
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=500)
def language_tag(text: str) -> str | None:
    """A language tag in its usual form (fr-CA, zh-Hans), None for what cannot be one."""
    if not text:
        return ""
    first, *rest = text.lower().split("-")
    tag = "-".join([first, *(_SUBTAG_FORMS.get(len(part), str)(part) for part in rest)])
    try:
        Literal("", language=tag)
    except ValueError:
        return None
    return tag if len(tag) <= LONGEST_LANGUAGE else None
