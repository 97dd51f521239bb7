"""What search does by the clock."""

from portal.core import ticks
from portal.search import analytics, documents, services


def reconcile() -> str:
    """Compare every entry with what its room holds and mend what differs, whatever was missed during the day."""
    changed = services.rebuild()
    documents.forget_unused()
    return f"{changed} entries changed"


ticks.register("search.reconcile", 24 * 60, reconcile, hour=3)
ticks.register("search.prune-asked", 24 * 60, analytics.prune, hour=3)
