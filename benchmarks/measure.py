"""Measures pages in rounds, each beside the bare view, so that noise on a shared machine hits both alike."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.load import Burst, Client, Job
from benchmarks.pages import BARE, PAGES, PageKind, Reader, Target, address, readers_of, target_of
from benchmarks.queries import Facts
from benchmarks.server import Server


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: each burst ends after `seconds` or `most` requests, whichever comes first."""

    rounds: int = 3
    seconds: float = 0.8
    most: int = 1500
    connections: int = 4


QUICK = Effort(rounds=1, seconds=0.4, most=400)
FULL = Effort()
WARM_UP = Effort(seconds=2.0, most=24)


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest of `values` that at least `part` (0 to 1) of them do not exceed; 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def ratio(cost: float, bare: float) -> float:
    """`cost` as a multiple of `bare`; 0 when the bare view's was too small to be seen."""
    return cost / bare if bare > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One burst of requests: CPU milliseconds of the server per request, and what the client saw."""

    cpu_ms: float
    burst: Burst

    @property
    def per_second(self) -> float:
        return self.burst.requests / self.burst.seconds if self.burst.seconds else 0.0


@dataclass(slots=True)
class Cell:
    """All that is known of one page for one reader: its samples, and the bare view's sample beside each."""

    page: str
    path: str
    reader: Reader | None
    target: Target = field(default_factory=Target)
    queries: int | None = None
    samples: list[Sample] = field(default_factory=list)
    beside: list[Sample] = field(default_factory=list)
    failures: dict[int, int] = field(default_factory=dict)

    @property
    def cpu_ms(self) -> float:
        return median(sample.cpu_ms for sample in self.samples) if self.samples else 0.0

    @property
    def ratio(self) -> float:
        """The median over the rounds, each against the bare view's burst of the same round."""
        pairs = zip(self.samples, self.beside, strict=True)
        return median(ratio(sample.cpu_ms, bare.cpu_ms) for sample, bare in pairs) if self.samples else 0.0

    @property
    def per_second(self) -> float:
        return median(sample.per_second for sample in self.samples) if self.samples else 0.0

    @property
    def requests(self) -> int:
        return sum(sample.burst.requests for sample in self.samples)

    @property
    def is_stored(self) -> bool:
        """Whether the last answer was one that the page cache may keep, by its own header."""
        return bool(self.samples) and "private" not in self.samples[-1].burst.cache_control

    def percentile(self, part: float) -> float:
        """Milliseconds from request to answer, over all rounds."""
        return percentile([value for sample in self.samples for value in sample.burst.milliseconds], part)

    def note(self, burst: Burst) -> None:
        """Keep count of answers other than 200."""
        for status, number in burst.failures.items():
            self.failures[status] = self.failures.get(status, 0) + number


def cells_of(facts: Facts, pages: Sequence[PageKind] = PAGES) -> list[list[Cell]]:
    """The cells to measure, one list for each page."""
    return [[_cell(page, reader, facts) for reader in readers_of(page.shape)] for page in pages]


def _cell(page: PageKind, reader: Reader, facts: Facts) -> Cell:
    return Cell(
        page=page.name,
        path=address(facts.paths[page.name], reader),
        reader=reader,
        target=target_of(page.shape, reader),
        queries=facts.queries.get(page.name, {}).get(reader.value),
    )


@dataclass(slots=True)
class Bench:
    """The two servers, the client, and how long to measure."""

    bare: Server
    portal: Server
    client: Client
    cookie: str
    effort: Effort

    def sample(self, server: Server, cell: Cell, effort: Effort) -> Sample:
        """One burst at `server`; answers other than 200 are noted in `cell`. Raises BenchmarkError if it has ended."""
        job = Job(
            port=server.port,
            path=cell.path,
            seconds=effort.seconds,
            most=effort.most,
            connections=effort.connections,
            cookie=self.cookie if cell.reader is Reader.MEMBER else "",
        )
        before = server.cpu_seconds()
        burst = self.client.run(job)
        server.check()
        spent = server.cpu_seconds() - before
        cell.note(burst)
        return Sample(cpu_ms=spent * 1000 / max(1, burst.requests), burst=burst)

    def warm_up(self, bare: Cell, groups: Sequence[Sequence[Cell]]) -> Iterator[None]:
        """Ask everything once before it counts: code paths, templates, stored pages."""
        self.sample(self.bare, bare, self.effort)
        for cell in (cell for group in groups for cell in group):
            self.sample(self.portal, cell, WARM_UP)
            yield

    def rounds(self, bare: Cell, groups: Sequence[Sequence[Cell]]) -> Iterator[None]:
        """Measure every page in turn, each beside a fresh burst at the bare view; what failed is not asked again."""
        for _round in range(self.effort.rounds):
            for group in groups:
                beside = self.sample(self.bare, bare, self.effort)
                bare.samples.append(beside)
                bare.beside.append(beside)
                for cell in group:
                    if not cell.failures:
                        cell.samples.append(self.sample(self.portal, cell, self.effort))
                        cell.beside.append(beside)
                    yield


def bare_cell() -> Cell:
    """The yardstick's own row."""
    return Cell(page=BARE, path="/", reader=None, queries=0)


def measure(bench: Bench, groups: Sequence[Sequence[Cell]], progress: Callable[[], object]) -> Cell:
    """Fill `groups` with samples, calling `progress` after each cell; returns the bare view's cell."""
    bare = bare_cell()
    for _done in bench.warm_up(bare, groups):
        progress()
    for _done in bench.rounds(bare, groups):
        progress()
    return bare
