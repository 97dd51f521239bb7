"""What was searched for and not found, without who searched: so that a synonym can answer it the next time."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from portal.search.contract import SearchPage
from portal.search.models import UnansweredQuery
from taxonomy import snapshot
from taxonomy.models import Label, Status
from taxonomy.text import clean_line, normalise

LONGEST = 120
KEPT = timedelta(days=90)
# Robots ask for whatever comes to their mind: beyond this many, new words are not noted until old ones go.
MOST_KEPT = 5000
MOST_NEAR = 3
SHORTEST_STEM = 4
# Mail addresses, and numbers of people, files and telephones, are nobody's business here.
PERSONAL = re.compile(r"@|\d[\d\s./-]{4,}\d")


def note(found: SearchPage) -> bool:
    """Note the words of a search for which nothing has all of them. Whether they were: two queries, else none.

    Searches with filters, and further pages, are not noted; nor is what looks like somebody's address or number.
    """
    query = found.query
    text = clean_line(query.text)
    if (found.total and not found.relaxed) or query.filters or query.kinds or query.page > 1 or PERSONAL.search(text):
        return False
    words = normalise(text)
    if not words or len(words) > LONGEST or len(text) > LONGEST:
        return False
    now = timezone.now()
    held = UnansweredQuery.objects.filter(normalised=words)
    if held.update(times=F("times") + 1, last_asked=now, text=text):
        return True
    if UnansweredQuery.objects.count() >= MOST_KEPT:
        return False
    UnansweredQuery.objects.get_or_create(normalised=words, defaults={"text": text})
    return True


def prune() -> str:
    """Delete what was not asked for a season."""
    gone = UnansweredQuery.objects.filter(last_asked__lt=timezone.now() - KEPT).delete()[0]
    return f"{gone} searches forgotten" if gone else ""


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
