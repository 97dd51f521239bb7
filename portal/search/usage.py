"""Tells the vocabulary, which stands below search, what is found under a concept."""

from urllib.parse import urlencode

from django.urls import reverse

from portal.core.viewer import Viewer
from portal.search import registry
from portal.search.facets import KIND
from portal.search.querysets import kinds_under
from taxonomy import usage


def uses(concept_id: int, viewer: Viewer) -> list[usage.Use]:
    """How many things of each kind hold the concept or something below it, and the search that lists them: one query.

    Terms are left out: the term's own page shows what is below it.
    """
    return [
        (
            str(kind.plural),
            held.number,
            f"{reverse('search')}?{urlencode([(held.facet, held.value), (KIND, held.kind)])}",
        )
        for held in kinds_under(concept_id, viewer)
        if held.kind != "term" and (kind := registry.get(held.kind)) is not None
    ]


usage.register(uses)
