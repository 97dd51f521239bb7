"""Brings to Elasticsearch what waits. Safe to run twice, in parallel, and to be killed at any moment."""

import logging
from collections.abc import Sequence
from time import monotonic

from elasticsearch import Elasticsearch

from portal.core.pagecache import bump
from portal.search.engines.elastic import backlog, index
from portal.search.engines.elastic.connection import CLUSTER_ERRORS, client, writing_client
from portal.search.engines.elastic.projecting import AT_ONCE, Refused, burials, send, writes
from portal.search.models import SearchEntry, SearchTombstone

log = logging.getLogger(__name__)

# Seconds after which a delivery lets another go on, so that no task runs for ever.
TURN = 60.0


def deliver(seconds: float = TURN) -> tuple[int, bool]:
    """Send what waits, removals first. Returns how many were acknowledged, and whether something was left.

    Raises one of CLUSTER_ERRORS when the cluster does not answer; what it did not acknowledge goes on waiting.
    """
    cluster = writing_client()
    prepare(cluster)
    end = monotonic() + seconds
    done, after_grave, after_entry = 0, 0, 0
    while monotonic() < end:
        tombstones = list(backlog.graves().filter(pk__gt=after_grave).order_by("pk")[:AT_ONCE])
        entries = list(SearchEntry.objects.filter(backlog.WAITING, pk__gt=after_entry).order_by("pk")[:AT_ONCE])
        if not tombstones and not entries:
            return done, backlog.size() > 0
        done += _batch(cluster, tombstones, entries)
        # What is refused is left behind, or it would keep all others from being sent.
        after_grave = tombstones[-1].pk if tombstones else after_grave
        after_entry = entries[-1].pk if entries else after_entry
    return done, True


def is_lost() -> bool:
    """Whether the cluster answers and has no index: a new one, or one that lost its own."""
    try:
        return not index.live(client())
    except CLUSTER_ERRORS:
        return False


def prepare(cluster: Elasticsearch) -> None:
    """Make an index where there is none, and let every entry wait for it: a cluster may have lost its own."""
    if not index.live(cluster):
        SearchEntry.objects.exclude(delivered=0).update(delivered=0)
        index.ensure(cluster)


def _batch(cluster: Elasticsearch, tombstones: Sequence[SearchTombstone], entries: Sequence[SearchEntry]) -> int:
    """Send to every index, make it visible, and acknowledge. Returns how many were acknowledged.

    An index that a rebuild made meanwhile may have read the rows before they changed, so then nothing is acknowledged
    and all of it is sent again.
    """
    targets = index.targets(cluster)
    refused: list[Refused] = []
    for target in targets:
        refused += send(cluster, [*burials(tombstones, target), *writes(entries, target)])
    # Until it is refreshed an index still answers what was there before.
    cluster.indices.refresh(index=targets)
    if index.targets(cluster) != targets:
        return 0
    for item in refused:
        log.error("Elasticsearch did not take the entry %s: %s", item.key, item.reason)
    kept = {item.key for item in refused}
    buried = {tombstone.key: tombstone.version for tombstone in tombstones if tombstone.key not in kept}
    written = {entry.key: entry.version for entry in entries if entry.key not in kept}
    backlog.acknowledge_burials(buried)
    backlog.acknowledge(written)
    if buried or written:
        # Pages that were stored since the change do not know what has arrived now.
        bump()
    return len(buried) + len(written)
