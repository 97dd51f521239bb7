"""What comes near to words that nothing has: so that a reader, or a synonym, can answer them the next time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from taxonomy import snapshot
from taxonomy.models import Label, Status
from taxonomy.text import normalise

MOST_NEAR = 3
SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Near:
    """A concept that may be what was meant."""

    pk: int
    title: str


def near(queries: Iterable[str]) -> dict[str, list[Near]]:
    """For each query the concepts in use whose labels share the most beginnings of words with it.

    One query for the vocabulary's version, and one more when this process has not met it.
    """
    stems, titles = snapshot.current().part("search.stems", _stems)
    answer: dict[str, list[Near]] = {}
    for query in queries:
        shared = Counter(pk for word in set(normalise(query).split()) for pk in stems.get(_stem(word), ()))
        best = sorted(shared, key=lambda pk: (-shared[pk], len(titles[pk]), titles[pk]))[:MOST_NEAR]
        answer[query] = [Near(pk, titles[pk]) for pk in best]
    return answer


def _stem(word: str) -> str:
    return word[: max(SHORTEST_STEM, len(word) * 2 // 3)]


def _stems() -> tuple[Mapping[str, frozenset[int]], Mapping[int, str]]:
    """The agreed concepts by the beginnings of their labels' words, and their titles: one query."""
    found: dict[str, set[int]] = defaultdict(set)
    titles: dict[int, str] = {}
    rows = Label.objects.filter(concept__status=Status.AGREED)
    for pk, words, title in rows.values_list("concept_id", "normalised", "concept__title"):
        titles[pk] = title
        for word in words.split():
            for end in range(min(SHORTEST_STEM, len(word)), len(word) + 1):
                found[word[:end]].add(pk)
    return {stem: frozenset(pks) for stem, pks in found.items()}, titles
