"""The 200 queries: one, two and three words and phrases, common and rare ones, as they stand in the entries."""

from random import Random

from benchmarks.search.words import Vocabulary
from portal.search.models import SearchEntry

NUMBER = 200
# How common a word is: the ranks between which it is drawn.
BANDS = ((0, 20), (20, 200), (200, 2000), (2000, 20_000))


def queries(vocabulary: Vocabulary, seed: int, number: int = NUMBER) -> list[str]:
    """As many of each sort: one word, two words of one entry, three words of one entry, a phrase of one entry.

    The words of one entry are as common as those of all: among three there is mostly one that half the entries have.
    """
    random = Random(seed + 1)  # noqa: S311  (made-up queries)
    pks = sorted(random.sample(list(SearchEntry.objects.order_by("pk").values_list("pk", flat=True)), number))
    bodies = list(SearchEntry.objects.filter(pk__in=pks).order_by("pk").values_list("body", flat=True))
    return [_query(place % 4, place // 4, random, vocabulary, bodies[place].split()) for place in range(number)]


def _query(sort: int, turn: int, random: Random, vocabulary: Vocabulary, body: list[str]) -> str:
    if sort == 0 or len(body) < 4:
        first, last = BANDS[turn % len(BANDS)]
        return vocabulary.words[random.randrange(first, last)]
    if sort == 3:
        start = random.randrange(len(body) - 2)
        return '"' + " ".join(body[start : start + random.randint(2, 3)]) + '"'
    return " ".join(random.sample(body, sort + 1))
