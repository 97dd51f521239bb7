"""What the database engine asks of a database: the same questions in SQLite's and in PostgreSQL's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.core.viewer import Viewer
from portal.search.contract import FoundEntry, SearchQuery
from portal.search.engines.asked import Asked
from portal.search.words import Words

TOTAL, COUNT, HIT = 0, 1, 2  # the sections of an answer, see `matched`


@dataclass(frozen=True, slots=True)
class Matched:
    """What passes words and filters: how many, which page this is, its (id, key) in order, (value, count) by facet."""

    total: int
    page: int
    rows: tuple[tuple[int, str], ...] = ()
    counts: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)


class Problem(NamedTuple):
    """What a database lacks, as a system check says it."""

    id: str
    message: str
    hint: str


class Dialect(Protocol):
    """What a database must be able to do. Triggers keep what it searches equal to the entries."""

    def found(self, query: SearchQuery, viewer: Viewer, asked: Asked) -> Matched | None:
        """The page asked for, or the last one; None when no entry that `viewer` may see has the words."""

    def shown(self, asked: Asked, keys: Mapping[int, str]) -> Mapping[int, FoundEntry]:
        """What the hits with these ids and keys show, by id; empty for who browses."""

    def suggested(self, words: Words, viewer: Viewer, limit: int) -> list[str]:
        """Keys of entries whose title has the words, the last one perhaps unfinished."""

    def near(self, word: str, reach: int) -> Iterable[str]:
        """Words of the whole index that `word` may stand for, with at most `reach` letters more or less."""

    def known(self, words: Sequence[str], viewer: Viewer) -> set[str]:
        """Those of the words that an entry has which `viewer` may see, in whatever form."""

    def holders(self, words: Sequence[str], viewer: Viewer) -> Mapping[str, int]:
        """How many entries that `viewer` may see have each of the words, as it is."""

    def written(self) -> None:
        """Entries were written or taken out, in this transaction."""

    def tidy(self) -> None:
        """Make searches as quick again as after a rebuild, in steps that let others write. Not in a transaction."""

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create what is missing of tables and triggers; nothing where there is no table of entries yet."""

    def uninstall(self, connection: BaseDatabaseWrapper) -> None:
        """Take away tables and triggers."""

    def rebuild(self, connection: BaseDatabaseWrapper) -> int:
        """Make what is searched anew from the entries. Returns how many entries there are."""

    def damage(self, connection: BaseDatabaseWrapper) -> list[str]:
        """What is missing or differs from the entries, in sentences."""

    def problems(self, connection: BaseDatabaseWrapper) -> list[Problem]:
        """Why this database cannot be searched at all."""


def current() -> Dialect:
    """The dialect of the content database."""
    found = of(connection)
    if found is None:
        raise NotImplementedError(f"Search does not speak the language of {connection.vendor}.")
    return found


def of(connection: BaseDatabaseWrapper) -> Dialect | None:
    """The dialect of the database behind `connection`; None for one that search does not speak."""
    return _named(connection.vendor)


@lru_cache
def _named(vendor: str) -> Dialect | None:
    if vendor == "sqlite":
        from portal.search.engines.sqlite.dialect import SQLite

        return SQLite()
    if vendor == "postgresql":
        from portal.search.engines.postgres.dialect import PostgreSQL

        return PostgreSQL()
    return None


def matched(answer: Iterable[tuple[int, str, Any, int]], query: SearchQuery) -> Matched | None:
    """Read rows of (section, name, value, number); None when nothing has the words.

    TOTAL: how many have the words, and how many of these pass every filter. COUNT: facet, value, count.
    HIT: key, id, place on the page.
    """
    scope = total = 0
    counts: dict[str, list[tuple[str, int]]] = {}
    rows: list[tuple[int, int, str]] = []
    for section, name, value, number in answer:
        if section == TOTAL:
            scope, total = int(value), number
        elif section == COUNT:
            counts.setdefault(name, []).append((value, number))
        else:
            rows.append((number, int(value), name))
    if not scope:
        return None
    return Matched(
        total=total,
        page=min(query.page, max(1, -(-total // query.size))),
        rows=tuple((pk, key) for _place, pk, key in sorted(rows)),
        counts={name: tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))) for name, pairs in counts.items()},
    )


def bounds(query: SearchQuery) -> Iterable[tuple[str, datetime]]:
    """The days asked for as (sign, moment): from the first moment of the first to before the one after the last."""
    if query.since:
        yield ">=", _midnight(query.since)
    if query.until and query.until < date.max:
        yield "<", _midnight(query.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
