"""What `/readyz` says of search."""

from collections.abc import Mapping
from typing import Any

from portal.core.health import UnhealthyError
from portal.search.models import SearchEntry


def search_rows() -> Mapping[str, Any]:
    """How many things can be found. Raises UnhealthyError when there are none: a portal has its home page at least."""
    rows = SearchEntry.objects.count()
    if not rows:
        raise UnhealthyError("Nothing can be found: run manage.py rebuild_search.")
    return {"rows": rows}
