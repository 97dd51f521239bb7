"""Made-up entries with facets, in bulk: as the rooms would have recorded them, without the rooms."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from time import monotonic

from django.db import connection, transaction

from benchmarks.search.words import Vocabulary
from portal.core.models import Audience
from portal.search import engines
from portal.search.engines import dialects
from portal.search.models import SearchEntry, SearchFacet
from taxonomy.models import Concept, Scheme, Status
from taxonomy.text import normalise

AT_ONCE = 500
# So many entries are written as rooms write them, with the index beside them.
LIVE = 2000
DISTINCT = 100_000
KINDS = (("topic", 50), ("member", 20), ("case", 10), ("event", 8), ("page", 6), ("tool", 4), ("term", 2))
EVIDENCE = ("claimed", "described", "measured", "audited")
# Facet → how many values there are on each level of its tree, and how many of them an entry has.
TREES: dict[str, tuple[tuple[int, ...], int]] = {
    "service-line": ((8, 4), 2),
    "level": ((4, 3), 1),
    "place": ((6, 10, 8), 1),
    "delivery-model": ((8,), 1),
    "funding-model": ((8,), 1),
    "topic": ((12, 6), 2),
}
FIRST_DAY = datetime(2016, 1, 1, tzinfo=UTC)
DAYS = 3900
GROUPS = 20


@dataclass(frozen=True, slots=True)
class Tree:
    """The values of a facet, each with what is above it; the first ones are the likeliest."""

    facet: str
    paths: tuple[tuple[str, ...], ...]
    most: int
    weights: tuple[float, ...]

    @classmethod
    def of(cls, facet: str, levels: Sequence[int], most: int) -> "Tree":
        paths: list[tuple[str, ...]] = [()]
        for width in levels:
            paths = [
                (*path, f"{path[-1] if path else facet}-{number}") for path in paths for number in range(1, width + 1)
            ]
        return cls(facet, tuple(paths), most, tuple(1 / (place + 2) for place in range(len(paths))))

    def values(self, random: Random) -> set[str]:
        """The values of one entry, ancestors included; a fifth of the entries has none."""
        number = random.randint(1, self.most) if random.random() < 0.8 else 0
        return {value for path in random.choices(self.paths, self.weights, k=number) for value in path}


def audiences() -> list[int]:
    """The public audience, the members', and one for each of some groups."""
    Audience.objects.get_or_create(key="member")
    for number in range(GROUPS):
        Audience.objects.get_or_create(key=str(1000 + number))
    return list(Audience.objects.order_by("pk").values_list("pk", flat=True))


def name_values() -> None:
    """Give the values of the facets their names: a concept each, as the vocabulary has them."""
    for facet, (levels, most) in TREES.items():
        scheme, _made = Scheme.objects.get_or_create(slug=facet, defaults={"title": facet.capitalize()})
        slugs = sorted({value for path in Tree.of(facet, levels, most).paths for value in path})
        Concept.objects.bulk_create(
            (Concept(scheme=scheme, slug=slug, title=slug.replace("-", " "), status=Status.AGREED) for slug in slugs),
            ignore_conflicts=True,
        )


@dataclass(frozen=True, slots=True)
class Filled:
    """How it went: entries a second as they are written one lot after the other, and with the index made at the end."""

    live_per_second: float
    bulk_per_second: float


def fill(records: int, seed: int, progress: Callable[[int], object]) -> Filled:
    """Write `records` entries and their facets: the first `LIVE` as rooms do, the others before the index is made.

    Past `DISTINCT` they are copies, so that every word finds as many times more. What is there already is kept.
    """
    random = Random(seed)  # noqa: S311  (made-up content)
    lots = _Lots(random, Vocabulary(random), audiences(), progress)
    there = SearchEntry.objects.count()
    live = min(records, LIVE)
    started = monotonic()
    for start in range(there + 1, live + 1, AT_ONCE):
        keys = lots.write(range(start, min(start + AT_ONCE, live + 1)))
        engines.current().upsert(keys)
    middle = monotonic()
    with without_index():
        for start in range(max(there, live) + 1, min(records, DISTINCT) + 1, AT_ONCE):
            lots.write(range(start, min(start + AT_ONCE, records + 1)))
        for start in range(max(there, DISTINCT), records, DISTINCT):
            _copy(start)
            progress(DISTINCT)
    in_bulk = records - max(there, live)
    return Filled((live - min(there, live)) / (middle - started), in_bulk / (monotonic() - middle))


def _copy(offset: int) -> None:
    """Write the first `DISTINCT` entries and their facets once more, with numbers from `offset` on."""
    columns = [str(field.column) for field in SearchEntry._meta.concrete_fields]
    shifted = {"id": f"id + {offset}", "key": f"key || '-{offset}'", "object_pk": f"object_pk + {offset}"}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SearchEntry._meta.db_table} ({', '.join(columns)}) "  # noqa: S608
            f"SELECT {', '.join(shifted.get(column, column) for column in columns)} "
            f"FROM {SearchEntry._meta.db_table} WHERE id <= {DISTINCT}"
        )
        cursor.execute(
            f"INSERT INTO {SearchFacet._meta.db_table} (entry_id, facet, value) "  # noqa: S608
            f"SELECT entry_id + {offset}, facet, value FROM {SearchFacet._meta.db_table} WHERE entry_id <= {DISTINCT}"
        )


@contextmanager
def without_index() -> Iterator[None]:
    """Take the database's own index away, and make it when all is written: that is what a first import would do."""
    dialect = dialects.current()
    dialect.uninstall(connection)
    yield
    dialect.install(connection)


@dataclass(frozen=True, slots=True)
class _Lots:
    random: Random
    vocabulary: Vocabulary
    may_see: Sequence[int]
    progress: Callable[[int], object]
    trees: tuple[Tree, ...] = tuple(Tree.of(facet, levels, most) for facet, (levels, most) in TREES.items())

    def write(self, numbers: range) -> list[str]:
        """Write the entries with these numbers. Returns their keys."""
        made = list(_entries(self.random, self.vocabulary, self.may_see, numbers))
        with transaction.atomic(), connection.cursor() as cursor:
            SearchEntry.objects.bulk_create(made)
            cursor.executemany(
                f"INSERT INTO {SearchFacet._meta.db_table}(entry_id, facet, value) VALUES (%s, %s, %s)",  # noqa: S608
                [row for entry in made for row in _facets(self.random, entry, self.trees)],
            )
        self.progress(len(made))
        return [entry.key for entry in made]


def _entries(random: Random, vocabulary: Vocabulary, may_see: Sequence[int], numbers: range) -> Iterator[SearchEntry]:
    kinds, weights = zip(*KINDS, strict=True)
    for number in numbers:
        kind = random.choices(kinds, weights)[0]
        title = vocabulary.title()
        # Of ten entries seven are public, two for members, one for some group.
        audience = random.choices((may_see[0], may_see[1], random.choice(may_see[2:])), (7, 2, 1))[0]
        moment = FIRST_DAY + timedelta(days=random.randrange(DAYS), seconds=random.randrange(86_400))
        yield SearchEntry(
            key=f"{kind}:{number}",
            kind=kind,
            object_pk=number,
            title=title,
            sort_title=normalise(title),
            summary=vocabulary.summary(),
            body=vocabulary.body(),
            url=f"/{kind}/{number}/",
            evidence=random.choice(EVIDENCE) if kind in ("case", "tool") else "",
            audience_id=audience,
            published_at=moment,
            dated=moment,
            usefulness=min(1000, int(random.expovariate(1 / 60))),
            content_hash=f"{number:040x}",
        )


def _facets(random: Random, entry: SearchEntry, trees: Sequence[Tree]) -> Iterator[tuple[int, str, str]]:
    yield entry.pk, "kind", entry.kind
    if entry.evidence:
        yield entry.pk, "evidence", entry.evidence
    for tree in trees:
        for value in sorted(tree.values(random)):
            yield entry.pk, tree.facet, value
