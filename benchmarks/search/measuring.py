"""Asks the queries and notes what each costs: CPU of this process and time on the clock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from time import perf_counter, process_time

from forums.similar import similar
from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.models import Audience
from portal.core.viewer import Viewer
from portal.search.contract import SearchQuery
from portal.search.models import SearchEntry
from portal.search.services import search, suggest

FACETS = ("kind", "service-line", "level", "place", "topic")
FILTERS = {"service-line": frozenset({"service-line-1", "service-line-2"}), "level": frozenset({"level-1"})}
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """What one call cost at best of its rounds, in milliseconds, and how many entries it found."""

    name: str
    hits: int
    cpu_ms: float
    wall_ms: float


def member() -> Viewer:
    """A member of no group: who sees what is public and what is for members."""
    audiences = Audience.objects.filter(key="member").values_list("pk", flat=True)
    return Viewer(user_id=1, audiences=frozenset({PUBLIC_AUDIENCE_ID, *audiences}))


def timed(name: str, call: Callable[[], int], rounds: int = ROUNDS) -> Cost:
    """The best of `rounds`: another program on the machine makes a call dearer, never cheaper."""
    cpu: list[float] = []
    wall: list[float] = []
    hits = 0
    for _ in range(rounds):
        started, began = perf_counter(), process_time()
        hits = call()
        cpu.append((process_time() - began) * 1000)
        wall.append((perf_counter() - started) * 1000)
    return Cost(name, hits, min(cpu), min(wall))


def yardstick() -> str:
    """What a fixed piece of work costs at the moment: the clock of a shared machine varies by half, and figures of two
    runs tell nothing without it."""
    words = [f"{number * 7919 % 100_003:x}" for number in range(20_000)]
    cost = timed("", lambda: len(sorted(words, key=lambda word: word[::-1])), rounds=9)
    return f"yardstick {cost.cpu_ms:.1f} ms"


def searches(texts: Iterable[str], viewer: Viewer) -> Iterable[Cost]:
    """Each query as the search page asks it: page one, twenty hits with highlights, five facets."""
    for text in texts:
        query = SearchQuery(text=text, facets=FACETS)
        yield timed(text, lambda query=query: search(query, viewer).total)  # type: ignore[misc]


def others(vocabulary: Sequence[str], viewer: Viewer) -> Iterable[Cost]:
    """What else a reader does: browses, filters, sorts, reads on, misspells, pastes a question, types."""
    browsing = SearchQuery(facets=FACETS)
    word = vocabulary[30]
    asked = {
        "browse": browsing,
        "browse filtered": replace(browsing, filters=FILTERS),
        "browse by title": replace(browsing, sort="title"),
        "browse most useful": replace(browsing, sort="useful"),
        "browse a year": replace(browsing, since=date(2020, 1, 1), until=date(2020, 12, 31)),
        "browse page 500": replace(browsing, page=500),
        "a word filtered": replace(browsing, text=word, filters=FILTERS),
        "a word newest": replace(browsing, text=word, sort="newest"),
        "a word by title": replace(browsing, text=word, sort="title"),
        "a rare word newest": replace(browsing, text=vocabulary[3000], sort="newest"),
        "a word minus a word": replace(browsing, text=f"{word} -{vocabulary[3]}"),
        "misspelt": replace(browsing, text=vocabulary[3000][:-2] + "q"),
        "a question of 20 words": replace(browsing, text=" ".join(vocabulary[5:2005:100])),
        "40 common words, any": replace(browsing, text=" ".join([*vocabulary[:39], "zzzzqqqq"])),
    }
    for name, query in asked.items():
        yield timed(name, lambda query=query: search(query, viewer).total)  # type: ignore[misc]
    for name, calls in while_typing(vocabulary, viewer).items():
        costs = [timed(f"{name} (dearest of {len(calls)})", call) for call in calls]
        yield max(costs, key=lambda cost: cost.cpu_ms)
    yield timed("browse after a write", lambda: _after_a_write(browsing, viewer), rounds=9)


def while_typing(vocabulary: Sequence[str], viewer: Viewer) -> dict[str, list[Callable[[], int]]]:
    """What the server is asked while somebody types, by name; each call returns how many answers it got.

    "suggest": the first one to five letters of frequent and of rare words, in the header's box. "similar": titles of
    nine frequent and rare words, where somebody begins to ask.
    """
    beginnings = dict.fromkeys(word[:letters] for word in vocabulary[10:3010:300] for letters in (1, 2, 3, 5))
    titles = [" ".join(vocabulary[first : first + 3600 : 400]) for first in range(5, 405, 20)]
    return {
        "suggest": [lambda text=text: len(suggest(text, viewer)) for text in beginnings],  # type: ignore[misc]
        "similar": [lambda text=text: _alike(text, viewer) for text in titles],  # type: ignore[misc]
    }


def _alike(title: str, viewer: Viewer) -> int:
    return sum(len(group.hits) for group in similar(title, viewer))


def _after_a_write(query: SearchQuery, viewer: Viewer) -> int:
    """The write is part of what is measured; its own cost is small beside what a lost cache would cost."""
    first = SearchEntry.objects.order_by("pk")[:1].get()
    SearchEntry.objects.filter(pk=first.pk).update(title=f"{first.title} again"[:300], version=first.version + 1)
    return search(query, viewer).total


def middle(costs: Sequence[float]) -> float:
    """The median; 0 of nothing."""
    return median(costs) if costs else 0.0
