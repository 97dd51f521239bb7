"""What search does by the clock."""

from portal.core import ticks
from portal.search import analytics, documents, engines, services
from portal.search.engines import dialects
from portal.search.engines.elastic import backlog
from portal.search.tasks import deliver


def reconcile() -> str:
    """Compare every entry with what its room holds and mend what differs, whatever was missed during the day."""
    documents.forget_unused()
    changed = services.reconcile()
    return f"{changed} entries changed"


def tidy() -> None:
    """Keep the database's own index as quick as it was when it was made."""
    dialects.current().tidy()


def deliver_again() -> str:
    """Enqueue what waits for a cluster, should the task that was to bring it there have been lost."""
    if not engines.is_remote():
        return ""
    from portal.search.engines.elastic.delivery import is_lost

    number = backlog.size()
    if number or is_lost():
        backlog.call(deliver)
    return f"{number} changes wait for Elasticsearch" if number else ""


ticks.register("search.deliver", 1, deliver_again)
ticks.register("search.forget-removals", 24 * 60, backlog.forget, hour=3)
ticks.register("search.reconcile", 24 * 60, reconcile, hour=3)
ticks.register("search.tidy", 24 * 60, tidy, hour=4)
ticks.register("search.prune-asked", 24 * 60, analytics.prune, hour=3)
