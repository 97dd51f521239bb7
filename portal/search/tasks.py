"""What search does after a change, outside the request that made it."""

import logging

from django_tasks import task

from portal.search import documents, services
from portal.search.engines.elastic import backlog
from portal.search.models import SearchFacet
from portal.search.recording import AT_ONCE

log = logging.getLogger(__name__)


@task()
def reindex_holders(concept_ids: list[int]) -> int:
    """Record anew everything that holds one of the concepts or something below it. Safe to run twice."""
    keys = SearchFacet.objects.filter(concept_id__in=concept_ids).values_list("entry__key", flat=True).distinct()
    # Many short transactions: one of thousands of entries would keep everybody else from saving.
    found = list(keys)
    return sum(services.reindex(found[at : at + AT_ONCE]) for at in range(0, len(found), AT_ONCE))


@task()
def read_documents(document_ids: list[int]) -> int:
    """Read the files of the documents, and record anew what they hang on. Safe to run twice."""
    found = [pk for pk in document_ids if documents.read(pk)]
    return services.reindex_documents(found)


@task()
def deliver() -> int:
    """Bring to Elasticsearch what waits for it. Returns how much arrived; what did not waits, and is tried again soon.

    Safe to run twice and in parallel.
    """
    from portal.search.engines.elastic import delivery
    from portal.search.engines.elastic.connection import CLUSTER_ERRORS

    try:
        done, is_left = delivery.deliver()
    except CLUSTER_ERRORS as error:
        log.warning("Elasticsearch did not take what waits (%s); it is sent again.", type(error).__name__)
        done, is_left = 0, True
    if is_left:
        backlog.call(deliver, after=backlog.AGAIN)
    return done
