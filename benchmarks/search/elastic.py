"""Measures the engine for a cluster over the entries that the database holds: indexing, searching, rebuilding.

Over the same entries and queries as the other engines (`python -m benchmarks.search --engine elasticsearch`). The node
is the one in `ELASTICSEARCH_URL`, or one of its own with 1 GB of heap; names are its own and are deleted in the end.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from subprocess import Popen
from threading import Event, Thread
from time import perf_counter, process_time, sleep
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from tqdm import tqdm

from benchmarks.search.measuring import while_typing, yardstick
from benchmarks.search.report import MOST_MS
from benchmarks.server import ROOT, BenchmarkError
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
# How often everything is asked before it is measured: a node compiles what it searches with during the first thousands.
WARMING = 20
# A node that has just started compiles its code while it works, for which the first fillings take as long again; the
# last one is that of a node that has been at work.
FILLINGS = ("a node that has just started", "once more, into a new index", "a third time")
UPDATES = 10
# Seconds between two searches while an index is filled beside: 18,000 an hour.
PACE = 0.2
# After how many entries that were read for a new index somebody writes one: every few seconds.
BETWEEN_WRITES = 2_500
PATIENCE = 60.0  # seconds
# What is to be reached: entries a second, milliseconds of a search (p95), seconds of a rebuild and of an update.
LEAST_A_SECOND, MOST_SEARCH_MS, MOST_REBUILD, MOST_UPDATE = 2_000, 40, 90, 2
HEAP = 1024  # MB, of a node that is started: a small server's


@dataclass(slots=True)
class Searcher:
    """Asks the queries in a thread of its own, one every `PACE` seconds if it can, until it is told to stop."""

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
            taken = perf_counter() - started
            self.milliseconds.append(taken * 1000)
            self.asked += 1
            self._stop.wait(max(0.0, PACE - taken))
        connection.close()


@contextmanager
def cluster(given: str) -> Iterator[SearchEngine]:
    """Search with the Elasticsearch at `given`, or one that is started, under names of its own."""
    node = None if given else elasticsearch.start(heap=HEAP)
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


def measure(
    texts: Sequence[str], vocabulary: Sequence[str], viewer: Viewer, facets: tuple[str, ...], url: str = ""
) -> list[str]:
    """The lines of a report over all entries that there are, by the cluster at `url`, or one that is started."""
    records = SearchEntry.objects.count()
    with cluster(url) as engine:
        lines = [f"{records} entries, Elasticsearch {writing_client().info()['version']['number']}"]
        for when in FILLINGS:
            index.forget(writing_client())
            SearchEntry.objects.update(delivered=0)
            before, mark = _cpu(), yardstick()
            seconds = _timed(_index)
            cpu = _cpu() - before
            lines.append(
                f"indexed by deliveries, {when}: {records / seconds:.0f} a second, {LEAST_A_SECOND} at least "
                f"({seconds:.1f} s, {cpu:.0f} s of CPU; {mark} before, {yardstick()} after)"
            )
        lines += _searches(texts, viewer, facets)
        lines.append(yardstick())
        lines += _while_typing(vocabulary, viewer)
        with _worker():
            lines += _rebuild(engine, texts, viewer, facets)
            lines += _updates(engine, viewer)
        return lines


def _index() -> None:
    """Deliver everything, as a worker would."""
    with tqdm(total=backlog.size(), unit="entry", desc="delivering") as bar:
        is_left = True
        while is_left:
            done, is_left = delivery.deliver()
            bar.update(done)


def _searches(texts: Sequence[str], viewer: Viewer, facets: tuple[str, ...]) -> Iterator[str]:
    """The time of `search()` on the clock, by how much was found: asked for the first time since the index changed, the
    best of some rounds, for the cluster remembers counts until then."""
    by_band: dict[int, list[float]] = {band: [] for band in BANDS}
    again: list[float] = []
    for _ in tqdm(range(WARMING), unit="round", desc="warming"):
        for text in texts:
            # As it is measured: what the cluster remembers would be left to compile.
            _empty_caches()
            search(SearchQuery(text=text, facets=facets), viewer)
    before = _cpu()
    for text in tqdm(["", *texts], unit="query", desc="asking"):
        query = SearchQuery(text=text, facets=facets)
        hits = search(query, viewer).total
        band = max(band for band in BANDS if band <= hits)
        first = []
        for _ in range(ROUNDS):
            _empty_caches()
            first.append(_timed(lambda query=query: search(query, viewer)) * 1000)  # type: ignore[misc]
        by_band[band].append(min(first))
        again.append(_timed(lambda query=query: search(query, viewer)) * 1000)  # type: ignore[misc]
    yield f"hits from   queries   median ms   p95 ms   (at most {MOST_SEARCH_MS})"
    for band, times in by_band.items():
        if times:
            yield f"{band:>9}   {len(times):>7}   {_part(times, 50):>9.1f}   {_part(times, 95):>6.1f}"
    each = (_cpu() - before) / ((1 + len(texts)) * (2 + ROUNDS))
    everything = [time for times in by_band.values() for time in times]
    yield f"      all   {len(everything):>7}   {_part(everything, 50):>9.1f}   {_part(everything, 95):>6.1f}"
    yield f"    again   {len(again):>7}   {_part(again, 50):>9.1f}   {_part(again, 95):>6.1f}"
    yield f"a search takes {each * 1000:.1f} ms of CPU in the mean"


def _while_typing(vocabulary: Sequence[str], viewer: Viewer) -> Iterator[str]:
    """What is asked while somebody types, each for the first time since the cluster forgot what it was asked."""
    for name, calls in while_typing(vocabulary, viewer).items():
        for call in calls * WARMING:
            call()
        _empty_caches()
        times = [_timed(call) * 1000 for call in calls]
        yield (
            f"{name}: median {_part(times, 50):.1f} ms, p95 {_part(times, 95):.1f} of {len(calls)} "
            f"(at most {MOST_MS[name]:g})"
        )


def _empty_caches() -> None:
    """What the cluster counted, and which entries a filter lets through, has to be found anew."""
    writing_client().indices.clear_cache(index=index.alias(), request=True, query=True)


def _rebuild(engine: SearchEngine, texts: Sequence[str], viewer: Viewer, facets: tuple[str, ...]) -> Iterator[str]:
    """A rebuild while somebody searches, somebody writes, and the worker delivers."""
    pks = iter(
        SearchEntry.objects.filter(audience_id__in=viewer.audiences).order_by("-pk").values_list("pk", flat=True)
    )
    written: list[str] = []
    read = 0

    def meanwhile(done: int) -> None:
        nonlocal read
        read += done
        if read // BETWEEN_WRITES > len(written):
            written.append(_write(engine, next(pks)))

    with Searcher(texts, viewer, facets) as searcher:
        seconds = _timed(lambda: engine.rebuild(meanwhile))
    delivery.deliver()
    missing = sum(not search(SearchQuery(text=word), viewer).total for word in written)
    yield (
        f"rebuilt in {seconds:.1f} s (at most {MOST_REBUILD}) while {searcher.asked} searches went on, "
        f"{len(searcher.errors)} failing, "
        f"p95 {_part(searcher.milliseconds, 95):.1f} ms, and {len(written)} entries were written, {missing} missing; "
        f"the gate says {engine.verify() or 'that all agree'}"
    )


@contextmanager
def _worker() -> Iterator[None]:
    """A worker as production has it: a process of its own that looks for tasks once a second."""
    environment = {
        **os.environ,
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL,
        "ELASTICSEARCH_PREFIX": settings.ELASTICSEARCH_PREFIX,
        "ELASTICSEARCH_TIMEOUT": str(settings.ELASTICSEARCH_TIMEOUT),
    }
    process = Popen([sys.executable, "manage.py", "db_worker", "--verbosity", "0"], cwd=ROOT, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _updates(engine: SearchEngine, viewer: Viewer) -> Iterator[str]:
    """Seconds from the commit of a save until a search finds it by its new title, at other moments of the worker's."""
    pk = SearchEntry.objects.filter(audience_id__in=viewer.audiences).order_by("pk")[:1].get().pk
    waits = [_update(engine, viewer, pk, number) for number in range(UPDATES)]
    yield (
        f"with a live worker an update is visible after {_part(waits, 50):.2f} s in the middle, "
        f"{max(waits):.2f} s at most of {UPDATES} (at most {MOST_UPDATE})"
    )


def _update(engine: SearchEngine, viewer: Viewer, pk: int, number: int) -> float:
    sleep(number * 0.37 % 1)
    word = _write(engine, pk)
    started = perf_counter()
    while not search(SearchQuery(text=word), viewer).total:
        if perf_counter() - started > PATIENCE:
            raise BenchmarkError(f"An update was not visible after {PATIENCE:g} seconds.")
        sleep(0.01)
    return perf_counter() - started


def _write(engine: SearchEngine, pk: int) -> str:
    """Give the entry a title of one word that no other has, as a save would. Returns the word."""
    word = f"written{uuid4().hex[:12]}"
    with transaction.atomic():
        SearchEntry.objects.filter(pk=pk).update(title=word, sort_title=word, version=F("version") + 1)
        engine.upsert([SearchEntry.objects.get(pk=pk).key])
    return word


def _cpu() -> float:
    """Seconds of CPU that this process and the nodes have used: what tells more where others work on the machine."""
    nodes = writing_client().nodes.stats(metric="process")["nodes"].values()
    return process_time() + sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1000


def _timed(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


def _part(times: Sequence[float], hundredth: int) -> float:
    return quantiles(times, n=100, method="inclusive")[hundredth - 1] if len(times) > 1 else sum(times)
