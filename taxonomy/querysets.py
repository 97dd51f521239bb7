"""Reads of the vocabulary, for this room and those above it. Each says what it costs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import models

from portal.core.prepared import prepared
from taxonomy import snapshot
from taxonomy.models import Ancestry, BroaderLink, Concept, Scheme
from taxonomy.models.vocabulary import concept_url
from taxonomy.synonyms import SynonymGroup
from taxonomy.text import normalise

MOST_QUERY_WORDS = 64
MOST_LEVELS = 40  # deeper than any thesaurus; the tree stops there rather than the process


@dataclass(frozen=True, slots=True)
class Synonyms:
    """A phrase of a query that is a label of agreed concepts, and their other labels.

    `phrase` is normalised; it is words `start` to `end` (end excluded) of the normalised query. `alternatives` are as
    written in the vocabulary, preferred labels first, without those that read the same as the phrase; labels of exact
    matches are among them. `close` are the labels of close matches, which should count for less.
    """

    phrase: str
    start: int
    end: int
    alternatives: tuple[str, ...]
    concept_ids: tuple[int, ...]
    close: tuple[str, ...] = ()

    @property
    def all_alternatives(self) -> tuple[str, ...]:
        return (*self.alternatives, *self.close)


@dataclass(slots=True)
class TreeNode:
    """A concept at one place of its scheme's tree (it has several where it has several broader concepts).

    Its narrower concepts are below its first place only; `is_repeated` marks the others.
    """

    pk: int
    slug: str
    title: str
    status: str
    depth: int = 0
    is_repeated: bool = False
    children: "list[TreeNode]" = field(default_factory=list)

    @property
    def url(self) -> str:
        return concept_url(self.slug)


@dataclass(frozen=True, slots=True)
class SchemeTree:
    """A scheme and its top concepts, each with its narrower ones below it."""

    scheme: Scheme
    roots: list[TreeNode]


def ancestors_of(concept_ids: Iterable[int]) -> dict[int, set[int]]:
    """The ids of all broader concepts of each of `concept_ids`, itself not among them: one query.

    Every id asked for is in the answer, with an empty set where there is nothing above it.
    """
    found: dict[int, set[int]] = {pk: set() for pk in concept_ids}
    if found:
        for concept_id, ancestor_id in Ancestry.objects.filter(concept_id__in=found).values_list(
            "concept_id", "ancestor_id"
        ):
            found[concept_id].add(ancestor_id)
    return found


@prepared
def facet_schemes() -> "models.QuerySet[Scheme, Scheme]":
    """The schemes that readers can filter by, in their order: one query."""
    return Scheme.objects.filter(is_facet=True)


class Tag(NamedTuple):
    """A concept as the pages name it that are tagged with it. `scheme` is the slug of its scheme."""

    title: str
    slug: str
    scheme: str
    scheme_title: str


def concepts_of(page: models.Model, *, by_scheme: bool = False) -> list[Tag]:
    """The concepts of a tagged page by title, or first by the order of their schemes: one query for all of it.

    A previewed page has concepts that are not saved yet: it keeps them itself.
    """
    if page.pk is None or "concepts" in getattr(page, "_cluster_related_objects", ()):
        chosen: list[Concept] = list(page.concepts.all())  # type: ignore[attr-defined]
        chosen.sort(key=lambda concept: (concept.scheme.order if by_scheme else 0, concept.title))
        return [Tag(one.title, one.slug, one.scheme.slug, one.scheme.title) for one in chosen]
    return [Tag(*row) for row in _saved_concepts(type(page), page.pk, by_scheme)]


@prepared
def _saved_concepts(
    model: type[models.Model], pk: int, by_scheme: bool
) -> "models.QuerySet[Concept, tuple[str, str, str, str]]":
    field: Any = model._meta.get_field("concepts")
    links = field.remote_field.through._default_manager.filter(**{field.m2m_field_name(): pk})
    found = Concept.objects.filter(pk__in=links.values("concept"))
    found = found.order_by("scheme__order", "title") if by_scheme else found.order_by("title")
    return found.values_list("title", "slug", "scheme__slug", "scheme__title")


def by_slug(slugs: Iterable[str]) -> dict[str, Concept]:
    """The concepts with these slugs; for one that was merged the one that stands for it. One query."""
    found = Concept.objects.filter(slug__in=set(slugs)).select_related("merged_into")
    return {concept.slug: concept.merged_into or concept for concept in found}


def merged_slugs() -> Mapping[str, str]:
    """The slug of the concept that each merged concept is now part of, by its own slug.

    One query for the vocabulary's version, and one more in each process and version.
    """
    return snapshot.current().part("merged", _read_merged)


def _read_merged() -> dict[str, str]:
    rows = Concept.objects.filter(merged_into__isnull=False).values_list("slug", "merged_into__slug")
    return {slug: into for slug, into in rows if into}


def chips(concepts: Iterable[Concept | Tag]) -> list[tuple[str, str]]:
    """(title, address) of each concept, in the order given: no query."""
    return [(concept.title, concept_url(concept.slug)) for concept in concepts]


def expand(text: str) -> tuple[Synonyms, ...]:
    """The phrases of a query that agreed concepts go by, each with the other words for them, in the query's order.

    A deprecated concept's labels lead to the words of the concept that replaces it.

    Whole words on normalised text; the longest phrase wins, then the one further left, and phrases never overlap, so
    the whole query counts before its parts. Costs one query for the version; labels are held in the process.
    """
    words = normalise(text).split()[:MOST_QUERY_WORDS]
    if not words:
        return ()
    index, longest = snapshot.current().synonyms
    taken = [False] * len(words)
    found: list[Synonyms] = []
    for size in range(min(longest, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            phrase = " ".join(words[start : start + size])
            if phrase in index and not any(taken[start : start + size]):
                taken[start : start + size] = [True] * size
                found.append(_synonyms(phrase, start, size, index[phrase]))
    return tuple(sorted((item for item in found if item.all_alternatives), key=lambda item: item.start))


def _synonyms(phrase: str, start: int, size: int, groups: tuple[SynonymGroup, ...]) -> Synonyms:
    others: dict[str, str] = {}
    close: dict[str, str] = {}
    for group in groups:
        for text in group.texts:
            others.setdefault(normalise(text), text)
        for text in group.close:
            close.setdefault(normalise(text), text)
    others.pop(phrase, None)
    nearby = tuple(text for words, text in close.items() if words != phrase and words not in others)
    ids = tuple(group.concept_id for group in groups)
    return Synonyms(phrase, start, start + size, tuple(others.values()), ids, nearby)


def trees(scheme_slugs: Iterable[str] = ()) -> list[SchemeTree]:
    """The trees of the named schemes (all when none is named), in the schemes' order: three queries.

    Concepts stand by order number where the scheme has an order of its own, by title elsewhere.
    """
    wanted = tuple(scheme_slugs)
    schemes = Scheme.objects.filter(slug__in=wanted) if wanted else Scheme.objects.all()
    concepts = Concept.objects.filter(scheme__slug__in=wanted) if wanted else Concept.objects.all()
    rows: dict[int, list[tuple[int, str, str, str, int]]] = defaultdict(list)
    for scheme_id, *row in concepts.values_list("scheme_id", "pk", "slug", "title", "status", "order"):
        rows[scheme_id].append(tuple(row))
    broader: dict[int, list[int]] = defaultdict(list)
    for narrower_id, broader_id in BroaderLink.objects.values_list("concept_id", "broader_id"):
        broader[narrower_id].append(broader_id)
    return [SchemeTree(scheme, _roots(scheme, rows[scheme.pk], broader)) for scheme in schemes]


def tree(scheme_slug: str) -> SchemeTree | None:
    """The tree of one scheme, None when there is no such scheme: three queries."""
    return next(iter(trees([scheme_slug])), None)


def _roots(
    scheme: Scheme, rows: list[tuple[int, str, str, str, int]], broader: Mapping[int, list[int]]
) -> list[TreeNode]:
    in_order = sorted(rows, key=lambda row: (row[4] if scheme.is_ordered else 0, row[2].casefold(), row[0]))
    titles = {row[0]: row for row in in_order}
    narrower: dict[int, list[int]] = defaultdict(list)
    roots: list[int] = []
    for pk in titles:
        above = [parent for parent in broader.get(pk, ()) if parent in titles]
        for parent in above:
            narrower[parent].append(pk)
        if not above:
            roots.append(pk)

    grown: set[int] = set()

    def grow(pk: int, depth: int) -> TreeNode:
        _pk, slug, title, status, _order = titles[pk]
        node = TreeNode(pk, slug, title, status, depth, is_repeated=pk in grown)
        if pk not in grown and depth < MOST_LEVELS:
            grown.add(pk)
            node.children = [grow(child, depth + 1) for child in narrower[pk]]
        return node

    return [grow(pk, 0) for pk in roots]
