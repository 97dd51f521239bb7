"""Reads of the entries, for the rooms that stand above search."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from portal.core.prepared import prepared
from portal.core.viewer import Viewer
from portal.search.models import SearchFacet


@dataclass(frozen=True, slots=True)
class Held:
    """How many entries of `kind` have the facet value."""

    kind: str
    facet: str
    value: str
    number: int


def kinds_under(concept_id: int, viewer: Viewer) -> list[Held]:
    """What `viewer` may see that holds the concept or something below it, by kind, most first: one query."""
    return [Held(*row) for row in _counted(concept_id, viewer)]


@prepared
def _counted(concept_id: int, viewer: Viewer) -> "QuerySet[SearchFacet, tuple[str, str, str, int]]":
    found = SearchFacet.objects.filter(concept_id=concept_id, entry__audience_id__in=viewer.audiences)
    counted = found.values("entry__kind", "facet", "value").annotate(number=Count("pk"))
    return counted.order_by("-number", "entry__kind").values_list("entry__kind", "facet", "value", "number")
