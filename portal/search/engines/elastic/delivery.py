"""Brings to Elasticsearch what waits. Safe to run twice, in parallel, and to be killed at any moment."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
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
# which it puts together later, for a third of what it cost to index them. While it does, the next are on their way.
SEEN_TOGETHER = 50

Chunk = tuple[Sequence[SearchTombstone], Sequence[Row]]


def deliver(seconds: float = TURN) -> tuple[int, bool]:
    """Send what waits, removals first. Returns how many rows were told that it arrived, and whether something was left.

    Raises one of CLUSTER_ERRORS when the cluster does not answer; what it did not acknowledge goes on waiting.
    """
    # Asked with little patience first: one that swallows what it is sent would keep the worker from all other tasks.
    index.live(client())
    cluster = writing_client()
    prepare(cluster)
    with ThreadPoolExecutor(1) as aside:
        showing = _Showing(aside)
        try:
            _send_lots(cluster, _waiting(monotonic() + seconds), showing)
        finally:
            # What is visible is told even if what came after it could not be sent.
            showing.finish()
    return showing.told, backlog.size() > 0


def _send_lots(cluster: Elasticsearch, waiting: Iterator[Chunk], showing: "_Showing") -> None:
    chunks = showing.beside(waiting)
    for first in chunks:
        lot = Lot(cluster)
        if not lot.standing.live:
            # It was lost since: the next delivery makes another, and lets all entries wait for it.
            return
        lot.send(chain([first], islice(chunks, SEEN_TOGETHER - 1)))
        showing.begin(lot)


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
    """What is sent to every index, made visible together, and acknowledged a chunk after the other."""

    def __init__(self, cluster: Elasticsearch) -> None:
        self.cluster = cluster
        self.standing = index.standing(cluster)
        self.sent: list[tuple[Sent, Sent]] = []  # of each chunk what was buried, and what was written
        self.refused: set[str] = set()

    def send(self, chunks: Iterable[Chunk]) -> None:
        """Send to every index, removals first, and note what was refused."""
        for item in send(self.cluster, self._actions(chunks)):
            log.error("Elasticsearch did not take the entry %s: %s", item.key, item.reason)
            self.refused.add(item.key)

    def _actions(self, chunks: Iterable[Chunk]) -> Iterator[Action]:
        for tombstones, entries in chunks:
            self.sent.append((_versions(tombstones), _versions(entries)))
            for target in self.standing.targets:
                yield from burials(tombstones, target)
                yield from writes(entries, target)

    def show(self) -> None:
        """Make it visible: until it is refreshed an index still answers what was there before."""
        index.show(self.cluster, self.standing.shown)

    def tell(self) -> Iterator[int]:
        """Say to the rows that it is visible now. Yields how many were told, chunk by chunk.

        An index that a rebuild made meanwhile may have read the rows before they changed, and one that was filled
        meanwhile may not show what it was sent, so from then on nothing is told, and the rest of the lot is sent again.
        """
        told = 0
        try:
            for buried, written in self._taken():
                if index.standing(self.cluster) != self.standing:
                    return
                number = backlog.acknowledge_burials(buried) + backlog.acknowledge(written)
                told += number
                yield number
        finally:
            if told:
                # Pages that were stored since the change do not know what has arrived now.
                bump()

    def _taken(self) -> Iterator[tuple[Sent, Sent]]:
        """What was sent and not refused, without the chunks of which all was."""
        for buried, written in self.sent:
            for key in self.refused:
                buried.pop(key, None)
                written.pop(key, None)
            if buried or written:
                yield buried, written


def _versions(sent: Iterable[SearchTombstone | Row]) -> Sent:
    return {one.key: one.version for one in sent}


class _Showing:
    """Makes lots visible aside and tells their rows, a chunk after the other, while the next lot is sent.

    The cluster makes one visible in a single thread, and does nothing while rows are told: its cores would wait.
    """

    def __init__(self, aside: Executor) -> None:
        self.told = 0
        self._aside = aside
        self._lots: deque[tuple[Lot, Future[None]]] = deque()
        self._telling: Iterator[int] = iter(())

    def begin(self, lot: Lot) -> None:
        self._lots.append((lot, self._aside.submit(lot.show)))

    def beside(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The chunks as they are, the rows of one that is visible being told before each."""
        for chunk in chunks:
            self._tell_one()
            yield chunk

    def finish(self) -> None:
        """Wait until all is visible, and tell what is left to tell."""
        self.told += sum(self._telling)
        while self._lots:
            self._tell_next_lot()
            self.told += sum(self._telling)

    def _tell_one(self) -> None:
        number = next(self._telling, None)
        if number is not None:
            self.told += number
        elif self._lots and self._lots[0][1].done():
            self._tell_next_lot()

    def _tell_next_lot(self) -> None:
        lot, shown = self._lots.popleft()
        shown.result()
        self._telling = lot.tell()
