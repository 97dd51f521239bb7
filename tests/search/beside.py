"""Three processes that write to one database file, and two that search it meanwhile: what `test_sqlite_processes` runs.

They are forked from one process in which Django stands ready, for to start it takes seconds, and which has no
connection yet. Each ends with an error if anything that it is answered differs from the rows. How much is done is a
number of writes, never a time.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from multiprocessing.synchronize import Barrier, Event
from random import Random
from typing import NamedTuple

from django.db import connection, transaction

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.viewer import VISITOR, Viewer
from portal.search import engines, recording
from portal.search.contract import SearchPage, SearchQuery, SearchRecord
from portal.search.engines import dialects
from portal.search.engines.sqlite import sets
from portal.search.models import SearchEntry, SearchFacet
from portal.search.services import search
from tests.search.conftest import counts

WRITERS, WRITES, THINGS = 3, 30, 8
# After so many changes who writes works the log into the sets: here every few writes.
SHORT_LOG = 60
LEVELS = ("local", "state", "federal")
# The rows of the last two are made by who runs this.
AUDIENCES = (PUBLIC_AUDIENCE_ID, 1001, 1002)
READERS = (VISITOR, Viewer(user_id=1, audiences=frozenset(AUDIENCES[:2])))
EVERYBODY = Viewer(user_id=2, audiences=frozenset(AUDIENCES))
# Nobody waits so long for the others to begin, unless one of them failed before.
MOST_SECONDS = 120


class Step(NamedTuple):
    """What one write makes of a thing: who may find it (None: it is taken out), and where it stands."""

    key: str
    audience: int | None
    level: str


def script(writer: int) -> list[Step]:
    """All that a writer writes: left to chance, and the same in every process that asks."""
    random = Random(writer)
    return [
        Step(f"ledger{writer}:{random.randrange(THINGS)}", random.choice([*AUDIENCES, None]), random.choice(LEVELS))
        for _ in range(WRITES)
    ]


def ask(viewer: Viewer, text: str = "ledger", *kinds: str) -> SearchPage:
    """All hits on one page, counted by kind and by level, of which every thing has one each."""
    return search(SearchQuery(text, kinds=kinds, size=WRITERS * THINGS, facets=("kind", "level")), viewer)


def keys(page: SearchPage) -> set[str]:
    return {f"{hit.kind}:{hit.pk}" for hit in page.hits}


def equal(one: object, other: object) -> None:
    assert one == other, f"{one} is not {other}"


def is_exact(page: SearchPage, levels: dict[str, str]) -> None:
    """Hits, total and counts are those of the things with these keys, on these levels."""
    equal((keys(page), page.total), (set(levels), len(levels)))
    equal(counts(page, "level"), Counter(levels.values()))
    equal(counts(page, "kind"), Counter(key.split(":")[0] for key in levels))


def write(writer: int, begin: Barrier) -> None:
    """Follow the script. No other process touches these things, so after each commit it is known what there is."""
    begin.wait(MOST_SECONDS)
    now: dict[str, Step] = {}
    for turn, step in enumerate(script(writer)):
        now[step.key] = step
        kind, pk = step.key.split(":")
        put(kind, int(pk), step, f"Ledger thing{pk} turn{turn}")
        equal(ask(EVERYBODY, f'"thing{pk} turn{turn}"', kind).total, int(step.audience is not None))
        for viewer in READERS:
            is_exact(
                ask(viewer, "ledger", kind), {s.key: s.level for s in now.values() if s.audience in viewer.audiences}
            )
        if turn == WRITES // 2:
            NIGHTLY[writer]()


@transaction.atomic
def put(kind: str, pk: int, step: Step, title: str) -> None:
    """As `services.index` has it, with a record that no room gave."""
    records: list[SearchRecord] = []
    if step.audience is not None:
        records.append(SearchRecord(kind, pk, title, f"/{kind}/{pk}/", step.audience, facets=(("level", step.level),)))
    change = recording.compared(kind, records, [pk])
    recording.execute(change)
    engines.current().upsert(item.entry.key for item in change.written)
    engines.current().delete(change.evict)


def rebuild() -> None:
    engines.current().rebuild()


def tidy() -> None:
    dialects.current().tidy()


def verify() -> None:
    equal(engines.current().verify(), [])


# What each of the writers does once, while the others go on.
NIGHTLY: tuple[Callable[[], None], ...] = (rebuild, tidy, verify)


def read(viewer: Viewer, begin: Barrier, over: Event) -> None:
    """Search until the last writer is done, and once more."""
    begin.wait(MOST_SECONDS)
    is_last = False
    while not is_last:
        is_last = over.is_set()
        look_at_one_moment(viewer)
        look_amid_writes(viewer)


def look_at_one_moment(viewer: Viewer) -> None:
    """In a transaction that only reads, whatever others commit, the answer is exactly what the rows say."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        seen = SearchFacet.objects.filter(facet="level", entry__audience__in=viewer.audiences)
        levels = dict(seen.values_list("entry__key", "value"))
        page = ask(viewer)
        cursor.execute("COMMIT")
    is_exact(page, levels)


def look_amid_writes(viewer: Viewer) -> None:
    """As pages search: what stays the same from before until after is a hit if the viewer may see it, and only then.

    Every write gives its entry another version, so that none goes unnoticed.
    """
    before = versions()
    page = ask(viewer)
    steady = before & versions()
    visible = {key for key, audience, _version in steady if audience in viewer.audiences}
    hidden = {key for key, _audience, _version in steady} - visible
    equal((visible - keys(page), hidden & keys(page)), (set(), set()))
    # What others took away since it was counted is no hit.
    assert len(page.hits) <= page.total
    for facet in ("kind", "level"):
        equal(sum(counts(page, facet).values()), page.total)


def versions() -> set[tuple[str, int, int]]:
    return set(SearchEntry.objects.values_list("key", "audience_id", "version"))


def run() -> None:
    """Let all of them begin at the same moment. Raises SystemExit, with 1 if one of them failed."""
    sets.MOST_CHANGES = SHORT_LOG
    equal(connection.connection, None)
    context = multiprocessing.get_context("fork")
    begin, over = context.Barrier(WRITERS + len(READERS)), context.Event()
    writers = [context.Process(None, write, f"writer {number}", (number, begin)) for number in range(WRITERS)]
    readers = [context.Process(None, read, f"reader {v.user_id}", (v, begin, over)) for v in READERS]
    for process in (*writers, *readers):
        process.start()
    for process in writers:
        process.join()
    over.set()
    for process in readers:
        process.join()
    raise SystemExit(int(any(process.exitcode for process in (*writers, *readers))))
