"""SQLite's answers to what the database engine asks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from portal.core.viewer import Viewer
from portal.search.contract import FoundEntry, SearchQuery
from portal.search.engines.asked import Asked
from portal.search.engines.dialects import Matched, Problem
from portal.search.engines.marks import shown
from portal.search.engines.sqlite import fulltext, held, matching, paging, sets, vocabulary
from portal.search.engines.sqlite.expressions import literal, match, typed
from portal.search.engines.sqlite.functions import CHOSEN, choosing
from portal.search.engines.sqlite.rare import rare
from portal.search.engines.sqlite.running import run
from portal.search.engines.sqlite.tables import ENTRIES, EXACT, TITLES, WORDS
from portal.search.words import Words

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

# Of more titles that begin so, the ones recorded last are put in order.
MOST_TITLES = 1000
# Entries that have a word are counted up to here.
MOST_HOLDERS = 10_000
AT_ONCE = 100


class SQLite:
    """Searches the entries with FTS5 and bitmaps: a fixed number of statements for a page of results."""

    def found(self, query: SearchQuery, viewer: Viewer, asked: Asked) -> Matched | None:
        """The page asked for, or the last one; None when no entry that `viewer` may see has the words."""
        asked = rare(query, viewer, asked) if query.any_word else asked
        found = matching.answer(query, viewer, asked)
        if found is None:
            return None
        total = len(found.ids)
        page = min(query.page, max(1, -(-total // query.size)))
        rows = paging.page(found, asked, query, (page - 1) * query.size) if total else []
        return Matched(total, page, tuple(rows), found.counts)

    def shown(self, asked: Asked, keys: Mapping[int, str]) -> Mapping[int, FoundEntry]:
        """What the hits with these ids and keys show, by id; empty for who browses."""
        expression = match(asked)
        if not expression or not keys:
            return {}
        return {
            pk: shown(keys[pk], title=title, summary=summary, extract=extract)
            for pk, title, extract, summary in paging.extracts(expression, list(keys))
        }

    def suggested(self, words: Words, viewer: Viewer, limit: int) -> list[str]:
        """Keys of entries, shortest title first. The order takes nothing from entries that the viewer may not see."""
        visible = matching.visible(held.snapshot()[0], viewer)
        with choosing(visible):
            rows = run(
                f"WITH titled AS MATERIALIZED (SELECT rowid AS id FROM {TITLES} WHERE {TITLES} MATCH %s "
                f"AND {CHOSEN}(rowid) ORDER BY rowid DESC LIMIT {MOST_TITLES}) "
                f"SELECT e.key FROM titled CROSS JOIN {ENTRIES} e ON e.id = titled.id "
                "ORDER BY LENGTH(e.title), e.sort_title, e.id LIMIT %s",
                [typed(words), limit],
            )
        return [key for (key,) in rows]

    def near(self, word: str, reach: int) -> Iterable[str]:
        """Words of the index that `word` may stand for, with at most `reach` letters more or less."""
        return vocabulary.near(word, reach)

    def known(self, words: Sequence[str], viewer: Viewer) -> set[str]:
        """Those of the words that an entry has which `viewer` may see, in whatever form."""
        return {word for word, number in _holders(WORDS, words, viewer, most=1) if number}

    def holders(self, words: Sequence[str], viewer: Viewer) -> Mapping[str, int]:
        """How many entries that `viewer` may see have each of the words as it is, up to `MOST_HOLDERS`."""
        return dict(_holders(EXACT, words, viewer, MOST_HOLDERS))

    def written(self) -> None:
        """Entries were written or taken out: work the log into the sets once it is long."""
        with transaction.atomic(), connection.cursor() as cursor:
            vocabulary.learn(cursor, sets.fold(cursor, sets.MOST_CHANGES))

    def tidy(self) -> None:
        """Merge what the day's writes have left in pieces; a search looks into each."""
        fulltext.merge(connection)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create what is missing of tables and triggers; nothing where there is no table of entries yet.

        In one transaction: of a process that dies meanwhile no empty table may stay, which would pass for a full one.
        """
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            present = _present(cursor)
            if ENTRIES not in present:
                return
            fulltext.install(cursor, present)
            sets.install(cursor, present)
            vocabulary.install(cursor, present)

    def uninstall(self, connection: BaseDatabaseWrapper) -> None:
        """Take away tables and triggers."""
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for part in (vocabulary, sets, fulltext):
                part.uninstall(cursor)

    def rebuild(self, connection: BaseDatabaseWrapper) -> int:
        """Make what is searched anew from the entries. Returns how many entries there are."""
        self.install(connection)
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for part in (fulltext, sets, vocabulary):
                part.rebuild(cursor)
            cursor.execute(f"SELECT COUNT(*) FROM {ENTRIES}")
            return int(cursor.fetchone()[0])

    def damage(self, connection: BaseDatabaseWrapper) -> list[str]:
        """What is missing or differs from the entries, in sentences."""
        parts = (fulltext, sets, vocabulary)
        wanted = {name for part in parts for name in (*part.CREATIONS, *part.TRIGGERS)}
        # One transaction, or what is saved between two reads would pass for damage.
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            missing = sorted(wanted - _present(cursor))
            if missing:
                return [f"{name} is missing." for name in missing]
            return [*fulltext.damage(connection), *sets.damage(cursor)]

    def problems(self, connection: BaseDatabaseWrapper) -> list[Problem]:
        """Why this database cannot be searched at all."""
        if fulltext.has_fts5(connection):
            return []
        return [
            Problem(
                "portal_search.E002",
                "This Python's SQLite was built without FTS5, by which the portal searches.",
                "Use a Python whose sqlite3 module has FTS5, such as those of Debian, Fedora or python.org.",
            )
        ]


def _holders(table: str, words: Sequence[str], viewer: Viewer, most: int) -> Iterator[tuple[str, int]]:
    """Each of the words with how many visible entries have it in `table`, counted up to `most`."""
    visible = matching.visible(held.snapshot()[0], viewer)
    one = f"SELECT %s, COUNT(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH %s AND {CHOSEN}(rowid) LIMIT {most:d})"
    for start in range(0, len(words), AT_ONCE):
        some = words[start : start + AT_ONCE]
        with choosing(visible):
            yield from run(
                " UNION ALL ".join(one for _ in some), [part for word in some for part in (word, literal(word))]
            )


def _present(cursor: CursorWrapper) -> frozenset[str]:
    cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'portal\\_search\\_%%' ESCAPE '\\'")
    return frozenset(name for (name,) in cursor.fetchall())
