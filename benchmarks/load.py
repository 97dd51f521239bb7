"""The client: asks one address of a server on this machine over several connections, for a bounded time and count.

It runs in a process of its own, so that its work is not in the server's CPU time. It needs nothing but Python.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from multiprocessing import get_context
from time import perf_counter

LOOPBACK = "127.0.0.1"
TIMEOUT_SECONDS = 20
# What `Burst.statuses` counts an answer as that never came.
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Job:
    """Ask `path` on `port` for at most `seconds` and `most` requests over `connections` connections at once."""

    port: int
    path: str
    seconds: float
    most: int
    connections: int = 4
    cookie: str = ""


@dataclass(slots=True)
class Burst:
    """What came of a job: how long each answer took, in milliseconds, how many came with which status, and the last."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    size: int = 0
    cache_control: str = ""

    @property
    def requests(self) -> int:
        return len(self.milliseconds)

    @property
    def failures(self) -> dict[int, int]:
        """How many answers came with each status other than 200."""
        return {status: number for status, number in self.statuses.items() if status != 200}


def run(job: Job) -> Burst:
    """Do `job` in this process, with a thread for each connection."""
    started = perf_counter()
    ends = started + job.seconds
    numbers = count()
    with ThreadPoolExecutor(job.connections) as pool:
        parts = [pool.submit(_ask_repeatedly, job, ends, numbers) for _ in range(job.connections)]
    burst = Burst(seconds=perf_counter() - started)
    statuses: Counter[int] = Counter()
    for part in (future.result() for future in parts):
        burst.milliseconds += part.milliseconds
        statuses.update(part.statuses)
        burst.size = part.size or burst.size
        burst.cache_control = part.cache_control or burst.cache_control
    burst.statuses = dict(statuses)
    return burst


def _ask_repeatedly(job: Job, ends: float, numbers: "count[int]") -> Burst:
    """One connection's share of `job`; `numbers` is shared by all of them, so that together they stop at `most`."""
    burst = Burst()
    headers = {"Accept-Encoding": "gzip", "Accept": "text/html", "User-Agent": "portal-benchmark"}
    if job.cookie:
        headers["Cookie"] = job.cookie
    statuses: Counter[int] = Counter()
    connection = HTTPConnection(LOOPBACK, job.port, timeout=TIMEOUT_SECONDS)
    while perf_counter() < ends and next(numbers) < job.most:
        asked = perf_counter()
        try:
            connection.request("GET", job.path, headers=headers)
            answer = connection.getresponse()
            burst.size = len(answer.read())
            burst.cache_control = answer.headers.get("Cache-Control", "")
            statuses[answer.status] += 1
        except (OSError, HTTPException):
            connection.close()
            statuses[NO_ANSWER] += 1
        burst.milliseconds.append((perf_counter() - asked) * 1000)
    connection.close()
    burst.statuses = dict(statuses)
    return burst


class Client:
    """The client process; see `client`."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self.pool = pool

    def run(self, job: Job) -> Burst:
        """Do `job` in the client process and wait for it."""
        return self.pool.submit(run, job).result(timeout=job.seconds + 2 * TIMEOUT_SECONDS)


@contextmanager
def client() -> Iterator[Client]:
    """One client process, which does one job after the other."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        yield Client(pool)
