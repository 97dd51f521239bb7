"""What search reads of the vocabulary: facet values with their ancestors, names of values, synonyms.

The names of what something is about are seen by whoever sees the thing; all other words by whoever sees the glossary.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.core.viewer import Viewer
from taxonomy import querysets, shared_labels
from taxonomy.access import is_withheld_from
from taxonomy.models import Concept, GlossaryPage
from taxonomy.querysets import Synonyms, ancestors_of, facet_schemes, merged_slugs
from taxonomy.shared_labels import SharedWord
from taxonomy.snapshot import version_token

__all__ = [
    "ConceptName",
    "FacetRow",
    "SharedWord",
    "Synonyms",
    "current_filters",
    "expand",
    "facet_rows",
    "facet_schemes",
    "meanings",
    "names_for",
]

Filters = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class FacetRow:
    """A concept as a value of its scheme's facet."""

    facet: str
    value: str
    concept_id: int


@dataclass(frozen=True, slots=True)
class ConceptName:
    """What a facet value is called, the name of its facet, and the slugs of what is directly above it."""

    title: str
    scheme_title: str
    broader: tuple[str, ...] = ()


def expand(text: str, viewer: Viewer) -> Sequence[Synonyms]:
    """The other words for what `text` says, for who sees the glossary: a query besides where there are some."""
    found = querysets.expand(text)
    return () if found and is_withheld_from(viewer) else found


def meanings(text: str, viewer: Viewer) -> Sequence[SharedWord]:
    """The words of `text` that several terms go by, each a link into the glossary, for who sees that: a query besides
    where there are some."""
    found = shared_labels.meanings(text)
    return found if found and GlossaryPage.objects.visible(viewer).exists() else ()


def facet_rows(concept_ids: Iterable[int]) -> tuple[dict[int, FacetRow], dict[int, set[int]]]:
    """The facet row of each concept and of each of its ancestors, and the ancestors by concept: two queries."""
    above = ancestors_of(set(concept_ids))
    everything = {*above, *(pk for pks in above.values() for pk in pks)}
    rows = Concept.objects.filter(pk__in=everything).values_list("pk", "scheme__slug", "slug") if everything else ()
    return {pk: FacetRow(scheme, slug, pk) for pk, scheme, slug in rows}, above


def current_filters(filters: Filters, others: Collection[str] = ()) -> Filters:
    """`filters` with the slug of each merged concept replaced by that of the concept it is now part of.

    So what was bookmarked before a merge finds what it found. `others` are facets that are no schemes. One query for
    the vocabulary's version, and none where no scheme filters.
    """
    if not filters.keys() - set(others):
        return filters
    merged = merged_slugs()
    return {
        name: values if name in others else frozenset(merged.get(value, value) for value in values)
        for name, values in filters.items()
    }


_names: tuple[str, dict[str, ConceptName]] = ("", {})


def names_for(viewer: Viewer, borne: set[str], chosen: set[str]) -> dict[str, ConceptName]:
    """The names of the concepts that what is shown bears, and of those chosen besides for who sees the glossary.

    A query besides where a concept was chosen that nothing shown bears: its slug may be a guess.
    """
    names = _names_of(borne | chosen)
    guessed = names.keys() - borne
    if guessed and is_withheld_from(viewer):
        return {slug: names[slug] for slug in names.keys() - guessed}
    return names


def _names_of(slugs: Iterable[str]) -> dict[str, ConceptName]:
    """The names of the concepts with `slugs`; unknown slugs are left out.

    One query for the vocabulary's version, and one for names that this process has not met under it.
    """
    global _names
    wanted = set(slugs)
    if not wanted:
        return {}
    token = version_token()
    if not token or token != _names[0]:
        _names = (token, {})
    held = _names[1]
    if unmet := wanted - held.keys():
        held.update(_read_names(unmet))
    return {slug: held[slug] for slug in wanted if slug in held}


def _read_names(slugs: set[str]) -> dict[str, ConceptName]:
    rows = Concept.objects.filter(slug__in=slugs).values_list(
        "slug", "title", "scheme__title", "broader_links__broader__slug"
    )
    names: dict[str, ConceptName] = {}
    for slug, title, scheme_title, broader in rows.order_by("slug"):
        above = names[slug].broader if slug in names else ()
        names[slug] = ConceptName(title, scheme_title, (*above, broader) if broader else above)
    return names
