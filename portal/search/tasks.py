"""What search does after a change, outside the request that made it."""

from django_tasks import task

from portal.search import services
from portal.search.models import SearchFacet


@task()
def reindex_holders(concept_ids: list[int]) -> int:
    """Record anew everything that holds one of the concepts or something below it. Safe to run twice."""
    keys = SearchFacet.objects.filter(concept_id__in=concept_ids).values_list("entry__key", flat=True).distinct()
    return services.reindex(list(keys))
