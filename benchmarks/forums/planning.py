"""Which topics there are, and who writes in them when: planned whole, because every counter has to be right at once.

Activity is as uneven as in a real community: few boards, few topics and few members have most of it, a sixth of the
topics has no answer, and what is written in one topic lies in the database among what was written elsewhere meanwhile.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

YEARS = timedelta(days=5 * 365)
# Nothing is younger, so that nobody has written too much in the last hour.
NEWEST = timedelta(days=1)
# A few topics are as long as this; one of them is measured.
LONG_POSTS = 500
LONG_TOPICS = 3
UNANSWERED = 1 / 6
SOLVED = 0.4
HIDDEN = 0.002
# Seconds from one post of a topic to the next, on average.
GAP = 6 * 3600


class Event(NamedTuple):
    """Somebody writes in a topic. `at` is in seconds since the epoch; topics count from 0."""

    at: float
    topic: int


@dataclass(slots=True)
class Forum:
    """For each topic how many posts it gets and which of them is accepted (0: none), and all posts in time."""

    sizes: "array[int]"
    accepted: "array[int]"
    events: list[Event] = field(default_factory=list)


def plan(random: Random, topics: int, posts: int, now: datetime) -> Forum:
    """`posts` posts in `topics` topics that end before `now`. Topics are in the order of their questions."""
    sizes = array("l", _sizes(random, topics, posts))
    accepted = array("l", (_accepted(random, size) for size in sizes))
    last = (now - NEWEST).timestamp()
    first = (now - NEWEST - YEARS).timestamp()
    # Each year brings more than the one before.
    begun = sorted(first + (last - first) * random.random() ** 0.7 for _ in range(topics))
    made = Forum(sizes, accepted)
    for topic, (at, size) in enumerate(zip(begun, sizes, strict=True)):
        moment = at
        for _ in range(size):
            made.events.append(Event(min(moment, last), topic))
            moment += random.expovariate(1 / GAP)
    made.events.sort()
    return made


def _sizes(random: Random, topics: int, posts: int) -> list[int]:
    """How many posts each topic has; together `posts`. The first topics of the middle are the long ones."""
    middle = topics // 2
    longs = range(middle, middle + LONG_TOPICS) if posts > 2 * LONG_TOPICS * LONG_POSTS else range(0)
    weights = [0.0 if random.random() < UNANSWERED else random.lognormvariate(0, 1.2) for _ in range(topics)]
    for topic in longs:
        weights[topic] = 0.0
    spare = posts - topics - len(longs) * (LONG_POSTS - 1)
    if spare < 0:
        raise ValueError("There must be at least as many posts as topics.")
    whole = sum(weights) or 1
    sizes = [1 + int(spare * weight / whole) for weight in weights]
    for topic in longs:
        sizes[topic] = LONG_POSTS
    answered = [topic for topic, weight in enumerate(weights) if weight] or [0]
    for place in range(posts - sum(sizes)):
        sizes[answered[place % len(answered)]] += 1
    return sizes


def _accepted(random: Random, size: int) -> int:
    return random.randint(2, min(size, 6)) if size > 1 and random.random() < SOLVED else 0


@dataclass(frozen=True, slots=True)
class Uneven:
    """Chooses among things of which the first are the likeliest."""

    things: Sequence[int]
    weights: Sequence[float]

    @classmethod
    def of(cls, things: Sequence[int], flatness: int) -> "Uneven":
        """The larger `flatness`, the less the first have before the others."""
        return cls(things, list(accumulate(1 / (place + flatness) for place in range(len(things)))))

    def choose(self, random: Random, number: int) -> list[int]:
        return random.choices(self.things, cum_weights=self.weights, k=number)


def numbered(forum: Forum) -> Iterator[tuple[Event, int]]:
    """Each event with the position of its post in the topic, in the order of time."""
    positions = array("l", [0]) * len(forum.sizes)
    for event in forum.events:
        positions[event.topic] += 1
        yield event, positions[event.topic]


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
