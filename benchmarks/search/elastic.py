"""Measures the engine for a cluster over the entries that the database holds: indexing, searching, rebuilding.

Over the same entries and queries as the other engines (`python -m benchmarks.search --engine elasticsearch`). The node
is the one in `ELASTICSEARCH_URL`, or one of its own with 512 MB of heap; names are its own and are deleted in the end.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from threading import Event, Thread
from time import perf_counter
from uuid import uuid4

from django.conf import settings
from django.db import connection
from tqdm import tqdm

from portal.core.viewer import Viewer
from portal.search import engines
from portal.search.contract import SearchEngine, SearchQuery
from portal.search.engines.elastic import backlog, delivery, index
from portal.search.engines.elastic.connection import writing_client
from portal.search.engines.elastic.engine import ElasticsearchEngine
from portal.search.models import SearchEntry
from portal.search.services import search
from tools import elasticsearch

# Bands of hits by which the time of a search is reported.
BANDS = (0, 1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 3


@dataclass(slots=True)
class Searcher:
    """Asks one query after the other in a thread of its own until it is told to stop."""

    texts: Sequence[str]
    viewer: Viewer
    facets: tuple[str, ...]
    asked: int = 0
    errors: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)

    def __enter__(self) -> "Searcher":
        self._thread = Thread(target=self._ask)
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._stop.set()
        self._thread.join()

    _thread: Thread = field(init=False)

    def _ask(self) -> None:
        while not self._stop.is_set():
            text = self.texts[self.asked % len(self.texts)]
            started = perf_counter()
            try:
                search(SearchQuery(text=text, facets=self.facets), self.viewer)
            except Exception as error:  # noqa: BLE001  (whatever goes wrong is what is counted)
                self.errors.append(f"{text}: {error!r}")
            self.milliseconds.append((perf_counter() - started) * 1000)
            self.asked += 1
        connection.close()


@contextmanager
def cluster(given: str) -> Iterator[SearchEngine]:
    """Search with the Elasticsearch at `given`, or one that is started, under names of its own."""
    node = None if given else elasticsearch.start()
    settings.ELASTICSEARCH_URL = given or (node.url if node else "")
    settings.ELASTICSEARCH_PREFIX = f"bench-{uuid4().hex[:8]}"
    settings.ELASTICSEARCH_TIMEOUT = 30
    engine = ElasticsearchEngine()
    former = engines.current
    engines.current = lambda: engine
    try:
        yield engine
    finally:
        engines.current = former
        index.forget(writing_client())
        if node:
            node.stop()


def measure(texts: Sequence[str], viewer: Viewer, facets: tuple[str, ...], url: str = "") -> list[str]:
    """The lines of a report over all entries that there are, by the cluster at `url`, or one that is started."""
    records = SearchEntry.objects.count()
    with cluster(url) as engine:
        lines = [f"{records} entries, Elasticsearch {writing_client().info()['version']['number']}"]
        seconds = _timed(_index)
        lines.append(f"indexed by deliveries: {records / seconds:.0f} a second ({seconds:.1f} s)")
        lines += _searches(texts, viewer, facets)
        lines += _rebuild(engine, texts, viewer, facets)
        lines.append(f"update visible after {_update() * 1000:.0f} ms, once a worker has taken the task")
        return lines


def _index() -> None:
    SearchEntry.objects.update(delivered=0)
    with tqdm(total=backlog.size(), unit="entry", desc="delivering") as bar:
        is_left = True
        while is_left:
            done, is_left = delivery.deliver(seconds=5)
            bar.update(done)


def _searches(texts: Sequence[str], viewer: Viewer, facets: tuple[str, ...]) -> Iterator[str]:
    """The time of `search()` on the clock, the best of some rounds, by how much was found."""
    by_band: dict[int, list[float]] = {band: [] for band in BANDS}
    for text in tqdm(["", *texts], unit="query", desc="asking"):
        query = SearchQuery(text=text, facets=facets)
        hits = search(query, viewer).total
        band = max(band for band in BANDS if band <= hits)
        by_band[band].append(min(_timed(lambda query=query: search(query, viewer)) for _ in range(ROUNDS)) * 1000)  # type: ignore[misc]
    yield "hits from   queries   median ms   p95 ms"
    for band, times in by_band.items():
        if times:
            yield f"{band:>9}   {len(times):>7}   {_part(times, 50):>9.1f}   {_part(times, 95):>6.1f}"
    everything = [time for times in by_band.values() for time in times]
    yield f"      all   {len(everything):>7}   {_part(everything, 50):>9.1f}   {_part(everything, 95):>6.1f}"


def _rebuild(engine: SearchEngine, texts: Sequence[str], viewer: Viewer, facets: tuple[str, ...]) -> Iterator[str]:
    with Searcher(texts, viewer, facets) as searcher:
        seconds = _timed(engine.rebuild)
    yield (
        f"rebuilt in {seconds:.1f} s while {searcher.asked} searches went on, {len(searcher.errors)} failing, "
        f"p95 {_part(searcher.milliseconds, 95):.1f} ms; the gate says {engine.verify() or 'that all agree'}"
    )


def _update() -> float:
    first = SearchEntry.objects.order_by("pk")[:1].get()
    SearchEntry.objects.filter(pk=first.pk).update(version=first.version + 1)
    return _timed(delivery.deliver)


def _timed(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


def _part(times: Sequence[float], hundredth: int) -> float:
    return quantiles(times, n=100, method="inclusive")[hundredth - 1] if len(times) > 1 else sum(times)
