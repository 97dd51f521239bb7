"""Brings to Elasticsearch what waits. Safe to run twice, in parallel, and to be killed at any moment."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from time import monotonic

from elasticsearch import Elasticsearch

from portal.core.pagecache import bump
from portal.search.engines.elastic import backlog, index
from portal.search.engines.elastic.connection import CLUSTER_ERRORS, client, writing_client
from portal.search.engines.elastic.projecting import AT_ONCE, Action, Row, Sent, burials, rows, send, writes
from portal.search.models import SearchEntry, SearchTombstone

log = logging.getLogger(__name__)

# Seconds after which a delivery lets another go on, so that no task runs for ever.
TURN = 60.0
# How many chunks of `AT_ONCE` are made visible together: each time the cluster makes small segments of what it has,
# which it puts together later, for a third of what it cost to index them.
SEEN_TOGETHER = 100

Chunk = tuple[Sequence[SearchTombstone], Sequence[Row]]


def deliver(seconds: float = TURN) -> tuple[int, bool]:
    """Send what waits, removals first. Returns how many were acknowledged, and whether something was left.

    Raises one of CLUSTER_ERRORS when the cluster does not answer; what it did not acknowledge goes on waiting.
    """
    # Asked with little patience first: one that swallows what it is sent would keep the worker from all other tasks.
    index.live(client())
    cluster = writing_client()
    prepare(cluster)
    done = 0
    chunks = _waiting(monotonic() + seconds)
    for first in chunks:
        lot = Lot(cluster)
        lot.send(chain([first], islice(chunks, SEEN_TOGETHER - 1)))
        done += lot.acknowledge()
    return done, backlog.size() > 0


def _waiting(end: float) -> Iterator[Chunk]:
    """What waits, a chunk after the other, until there is no more or the time is over."""
    after_grave, after_entry = 0, 0
    entries_waiting = SearchEntry.objects.filter(backlog.WAITING).order_by("pk")
    while monotonic() < end:
        tombstones = list(backlog.graves().filter(pk__gt=after_grave).order_by("pk")[:AT_ONCE])
        entries = rows(entries_waiting.filter(pk__gt=after_entry)[:AT_ONCE])
        if not tombstones and not entries:
            return
        yield tombstones, entries
        # What is refused is left behind, or it would keep all others from being sent.
        after_grave = tombstones[-1].pk if tombstones else after_grave
        after_entry = entries[-1].pk if entries else after_entry


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


class Lot:
    """What is sent to every index, made visible and acknowledged together."""

    def __init__(self, cluster: Elasticsearch) -> None:
        self.cluster = cluster
        self.standing = index.standing(cluster)
        self.buried: Sent = {}
        self.written: Sent = {}

    def __len__(self) -> int:
        return len(self.buried) + len(self.written)

    def send(self, chunks: Iterable[Chunk]) -> None:
        """Send to every index, removals first, and note what none refused."""
        refused = {item.key: item.reason for item in send(self.cluster, self._actions(chunks))}
        for key, reason in refused.items():
            log.error("Elasticsearch did not take the entry %s: %s", key, reason)
            self.buried.pop(key, None)
            self.written.pop(key, None)

    def _actions(self, chunks: Iterable[Chunk]) -> Iterator[Action]:
        for tombstones, entries in chunks:
            self.buried |= {tombstone.key: tombstone.version for tombstone in tombstones}
            self.written |= {entry.key: entry.version for entry in entries}
            for target in self.standing.targets:
                yield from burials(tombstones, target)
                yield from writes(entries, target)

    def acknowledge(self) -> int:
        """Make it visible, and say so to the rows. Returns how many were acknowledged.

        An index that a rebuild made meanwhile may have read the rows before they changed, and one that was filled
        meanwhile may not show what it was sent, so then nothing is acknowledged and all of it is sent again.
        """
        if not len(self):
            return 0
        # Until it is refreshed an index still answers what was there before.
        self.cluster.indices.refresh(index=self.standing.shown)
        if index.standing(self.cluster) != self.standing:
            return 0
        backlog.acknowledge_burials(self.buried)
        backlog.acknowledge(self.written)
        # Pages that were stored since the change do not know what has arrived now.
        bump()
        return len(self)
