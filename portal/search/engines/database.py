"""The engine that needs nothing installed: the content database searches itself, in the transaction of the change."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection, transaction

from portal.core.viewer import Viewer
from portal.search import words as parsing
from portal.search.contract import Found, FoundEntry, Progress, SearchQuery, unheard
from portal.search.engines import sqlite, statements
from portal.search.engines.asked import Asked
from portal.search.engines.marks import CLOSE, OPEN, shown
from portal.search.engines.spelling import corrections
from taxonomy.querysets import Synonyms

SNIPPET_WORDS = 32


class DatabaseEngine:
    """Searches the entries with SQLite FTS5. Two statements for a page of results, three where words had to be relaxed.

    Nothing is written here: triggers keep the full-text tables equal to the entries (see `sqlite`).
    """

    def search(self, query: SearchQuery, viewer: Viewer, synonyms: Sequence[Synonyms] = ()) -> Found:
        """The page asked for, or the last one; total and facet counts are exact for what `viewer` may see."""
        asked = Asked.of(parsing.parse(query.text), synonyms)
        found = self._found(query, viewer, asked)
        if found is None and (relaxed := asked.relaxed()) is not None:
            asked, found = relaxed, self._found(query, viewer, relaxed)
        if found is None:
            return Found(total=0, page=1, entries=())
        total, page, rows, counts = found
        shown = self._shown(asked, rows)
        return Found(
            total=total,
            page=page,
            entries=tuple(shown.get(pk) or FoundEntry(key) for pk, key in rows),
            counts=counts,
            relaxed=asked.fell_back,
        )

    def _found(
        self, query: SearchQuery, viewer: Viewer, asked: Asked
    ) -> tuple[int, int, list[tuple[int, str]], Mapping[str, tuple[tuple[str, int], ...]]] | None:
        """Total, page number, (id, key) of the page's entries and the counts; None when no entry has the words."""
        statement, parameters = statements.found(query, viewer, asked)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            answer = cursor.fetchall()
        scope = total = 0
        counts: dict[str, list[tuple[str, int]]] = {}
        rows: list[tuple[int, int, str]] = []
        for section, name, value, number in answer:
            if section == statements.TOTAL:
                scope, total = int(value), number
            elif section == statements.COUNT:
                counts.setdefault(name, []).append((value, number))
            else:
                rows.append((number, int(value), name))
        if not scope:
            return None
        last = max(1, -(-total // query.size))
        ordered = {name: tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))) for name, pairs in counts.items()}
        return total, min(query.page, last), [(pk, key) for _place, pk, key in sorted(rows)], ordered

    def _shown(self, asked: Asked, rows: list[tuple[int, str]]) -> dict[int, FoundEntry]:
        """By id, what a hit shows of each row; empty for who browses."""
        expression = statements.match(asked)
        if not expression or not rows:
            return {}
        keys = dict(rows)
        statement, parameters = statements.snippets(expression, list(keys), OPEN, CLOSE, SNIPPET_WORDS)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return {
                pk: shown(keys[pk], title=title, summary=summary, extract=extract)
                for pk, title, extract, summary in cursor.fetchall()
            }

    def upsert(self, keys: Iterable[str]) -> None:
        """Nothing to do: the triggers did it in the statement that wrote the entries."""

    def delete(self, keys: Iterable[str]) -> None:
        """Nothing to do: the triggers did it in the statement that deleted the entries."""

    @transaction.atomic
    def rebuild(self, progress: Progress = unheard) -> int:
        """Make the full-text tables anew from the entries. Returns how many entries they hold."""
        sqlite.install(connection)
        with connection.cursor() as cursor:
            for table in (sqlite.WORDS, sqlite.EXACT):
                sqlite.command(cursor, table, "rebuild")
                sqlite.command(cursor, table, "optimize")
            cursor.execute(f"SELECT COUNT(*) FROM {sqlite.ENTRIES}")  # noqa: S608
            return int(cursor.fetchone()[0])

    def reconcile(self) -> int:
        """Make the full-text tables anew if they differ from the entries. Returns how many they hold then, else 0."""
        return self.rebuild() if self.verify() else 0

    def verify(self) -> list[str]:
        """What is wrong with the full-text tables, in sentences; empty when they agree with the entries."""
        return sqlite.damage(connection)

    def suggest(self, text: str, viewer: Viewer, limit: int = 8) -> list[str]:
        """Keys of entries whose title holds every word of `text`, the last one as the beginning of a word."""
        match = statements.typed(parsing.parse(text))
        if not match:
            return []
        statement, parameters = statements.suggested(match, viewer, limit)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return [key for (key,) in cursor.fetchall()]

    def spelling(self, words: Iterable[str], viewer: Viewer) -> Mapping[str, str]:
        """For each word that no entry visible to `viewer` has: the nearest word that one has, if any is near."""
        return corrections(words, viewer)
