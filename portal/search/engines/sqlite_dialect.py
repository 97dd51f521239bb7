"""SQLite's answers to what the database engine asks (see `dialects`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.core.viewer import Viewer
from portal.search.contract import FoundEntry, SearchQuery
from portal.search.engines import sqlite, statements
from portal.search.engines.asked import Asked
from portal.search.engines.dialects import Matched, Problem, matched
from portal.search.engines.marks import CLOSE, OPEN, shown
from portal.search.words import Words

SNIPPET_WORDS = 32
AT_ONCE = 100


class SQLite:
    """Searches the entries with FTS5: one statement for a page of results and one for what its hits show."""

    def found(self, query: SearchQuery, viewer: Viewer, asked: Asked) -> Matched | None:
        return matched(_rows(*statements.found(query, viewer, asked)), query)

    def shown(self, asked: Asked, keys: Mapping[int, str]) -> Mapping[int, FoundEntry]:
        expression = statements.match(asked)
        if not expression or not keys:
            return {}
        return {
            pk: shown(keys[pk], title=title, summary=summary, extract=extract)
            for pk, title, extract, summary in _rows(
                *statements.snippets(expression, list(keys), OPEN, CLOSE, SNIPPET_WORDS)
            )
        }

    def suggested(self, words: Words, viewer: Viewer, limit: int) -> list[str]:
        return [key for (key,) in _rows(*statements.suggested(statements.typed(words), viewer, limit))]

    def terms(self, shortest: int, longest: int) -> Iterable[str]:
        return [term for (term,) in _rows(*statements.terms(shortest, longest))]

    def holders(self, words: Sequence[str], viewer: Viewer) -> Mapping[str, int]:
        """One statement for each hundred words."""
        counts: dict[str, int] = {}
        for start in range(0, len(words), AT_ONCE):
            counts.update(_rows(*statements.holders(words[start : start + AT_ONCE], viewer)))
        return counts

    def install(self, connection: BaseDatabaseWrapper) -> None:
        sqlite.install(connection)

    def uninstall(self, connection: BaseDatabaseWrapper) -> None:
        sqlite.uninstall(connection)

    def rebuild(self, connection: BaseDatabaseWrapper) -> int:
        with transaction.atomic(using=connection.alias):
            return sqlite.rebuild(connection)

    def damage(self, connection: BaseDatabaseWrapper) -> list[str]:
        return sqlite.damage(connection)

    def problems(self, connection: BaseDatabaseWrapper) -> list[Problem]:
        if sqlite.has_fts5(connection):
            return []
        return [
            Problem(
                "portal_search.E002",
                "This Python's SQLite was built without FTS5, by which the portal searches.",
                "Use a Python whose sqlite3 module has FTS5, such as those of Debian, Fedora or python.org.",
            )
        ]


def _rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
