"""PostgreSQL's answers to what the database engine asks (see `dialects`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.core.viewer import Viewer
from portal.search.contract import FoundEntry, SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.dialects import Matched, Problem, matched
from portal.search.engines.marks import shown
from portal.search.engines.postgres import schema, statements
from portal.search.engines.postgres.excerpts import restored
from portal.search.words import Words


class PostgreSQL:
    """Searches word vectors by GIN indexes and ranks them as BM25 does; one statement for each question."""

    def found(self, query: SearchQuery, viewer: Viewer, asked: Asked) -> Matched | None:
        return matched(_rows(*statements.found(query, viewer, asked)), query)

    def shown(self, asked: Asked, keys: Mapping[int, str]) -> Mapping[int, FoundEntry]:
        if not asked.groups or not keys:
            return {}
        return {
            pk: shown(
                keys[pk],
                title=restored(title, in_title, whole=True),
                summary=(marked := restored(summary, in_summary)),
                extract=restored(body, in_body) if in_body else marked,
            )
            for pk, title, summary, body, in_title, in_summary, in_body in _rows(
                *statements.extracts(asked, list(keys))
            )
        }

    def suggested(self, words: Words, viewer: Viewer, limit: int) -> list[str]:
        return [key for (key,) in _rows(*statements.suggested(words, viewer, limit))]

    def near(self, word: str, reach: int) -> Iterable[str]:
        return [word for (word,) in _rows(*statements.terms(max(1, len(word) - reach), len(word) + reach))]

    def known(self, words: Sequence[str], viewer: Viewer) -> set[str]:
        return {word for (word,) in _rows(*statements.known(words, viewer))}

    def holders(self, words: Sequence[str], viewer: Viewer) -> Mapping[str, int]:
        return dict(_rows(*statements.holders(words, viewer)))

    def written(self) -> None:
        """Nothing has to be tidied up."""

    def tidy(self) -> None:
        """PostgreSQL's own autovacuum does."""

    def install(self, connection: BaseDatabaseWrapper) -> None:
        schema.install(connection)

    def uninstall(self, connection: BaseDatabaseWrapper) -> None:
        schema.uninstall(connection)

    def rebuild(self, connection: BaseDatabaseWrapper) -> int:
        return schema.rebuild(connection)

    def damage(self, connection: BaseDatabaseWrapper) -> list[str]:
        return schema.damage(connection)

    def problems(self, connection: BaseDatabaseWrapper) -> list[Problem]:
        return schema.problems(connection)


def _rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
