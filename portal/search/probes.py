"""What `/readyz` says of search."""

from collections.abc import Mapping
from typing import Any

from portal.core.health import UnhealthyError
from portal.search.models import SearchEntry


def search_rows() -> Mapping[str, Any]:
    """Raises UnhealthyError when nothing can be found: a portal has its home page at least. How many things there are,
    private ones among them, is nobody's business."""
    if not SearchEntry.objects.exists():
        raise UnhealthyError("Nothing can be found: run manage.py rebuild_search.")
    return {}
