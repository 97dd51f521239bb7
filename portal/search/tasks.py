"""What search does after a change, outside the request that made it."""

from django_tasks import task

from portal.search import documents, services
from portal.search.models import SearchFacet


@task()
def reindex_holders(concept_ids: list[int]) -> int:
    """Record anew everything that holds one of the concepts or something below it. Safe to run twice."""
    keys = SearchFacet.objects.filter(concept_id__in=concept_ids).values_list("entry__key", flat=True).distinct()
    return services.reindex(list(keys))


@task()
def read_documents(document_ids: list[int]) -> int:
    """Read the files of the documents, and record anew what they hang on. Safe to run twice."""
    found = [pk for pk in document_ids if documents.read(pk)]
    return services.reindex_documents(found)
