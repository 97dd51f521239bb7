"""Reads of the entries, for the rooms that stand above search."""

from django.db.models import Count

from portal.core.viewer import Viewer
from portal.search.models import SearchEntry


def kinds_under(concept_id: int, viewer: Viewer) -> dict[str, int]:
    """How many entries of each kind that `viewer` may see hold the concept or something below it: one query."""
    return dict(
        SearchEntry.objects.filter(facets__concept_id=concept_id, audience_id__in=viewer.audiences)
        .values_list("kind")
        .annotate(number=Count("pk"))
        .order_by("kind")
    )
