"""What `/readyz` and the admin's home say of search."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from portal.core import waiting
from portal.core.health import UnhealthyError
from portal.core.viewer import Viewer
from portal.search import engines
from portal.search.engines.elastic import backlog
from portal.search.models import SearchEntry


def search_rows() -> Mapping[str, Any]:
    """Raises UnhealthyError when nothing can be found: a portal has its home page at least. How many things there are,
    private ones among them, is nobody's business."""
    if not SearchEntry.objects.exists():
        raise UnhealthyError("Nothing can be found: run manage.py search_rebuild.")
    return {}


def elasticsearch() -> Mapping[str, Any]:
    """How many changes wait to be delivered. Raises UnhealthyError while the database answers in its place."""
    from portal.search.engines.elastic import index
    from portal.search.engines.elastic.connection import CLUSTER_ERRORS, client

    number = backlog.size()
    try:
        # Without another attempt: whoever asks whether we are ready does not wait for somebody else.
        present = index.live(client().options(request_timeout=1, max_retries=0))
    except CLUSTER_ERRORS as error:
        # The kind only: an address may hold a password.
        problem = f"Elasticsearch does not answer ({type(error).__name__})"
    else:
        problem = "" if present else "Elasticsearch has no index yet"
        if index.is_of_another_version(present):
            raise UnhealthyError(
                "Elasticsearch's index is of another version of the portal: run manage.py search_rebuild, or the clock "
                f"does in the night. {number} changes wait."
            )
        if not problem and number > backlog.MOST_HELD_BACK:
            problem = "Elasticsearch is behind"
    if problem:
        raise UnhealthyError(f"{problem}: the database searches in its place, and {number} changes wait.")
    return {"waiting": number}


def undelivered(viewer: Viewer) -> Iterator[waiting.Line]:
    """For editors: two queries where a cluster is in use, none elsewhere."""
    number = backlog.size() if engines.is_remote() and viewer.is_editor else 0
    if number:
        sentence = ngettext(
            "%(number)s change has not reached the search engine yet.",
            "%(number)s changes have not reached the search engine yet.",
            number,
        ) % {"number": number}
        yield waiting.Line(sentence, reverse("search"))


waiting.register("search", undelivered, order=90)
