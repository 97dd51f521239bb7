"""The words of the entries: FTS5 tables over the entries' own text, which triggers keep equal to it.

`portal_search_words` compares English stems. `portal_search_exact` keeps words as they are and serves exact phrases;
`portal_search_vocabulary` lists its words. `portal_search_titles` has the titles only, with prefix indexes, for words
being typed. All read their text from the entries (external content), and triggers write them in the statement that
writes an entry, so that no write, in bulk or by cascade, can leave them behind.
"""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

from django.db import DatabaseError, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from portal.search.engines.sqlite.tables import ENTRIES, EXACT, TITLES, VOCABULARY, WORDS

TOKENS = "unicode61 remove_diacritics 2"
COLUMNS = {WORDS: ("title", "summary", "body"), EXACT: ("title", "summary", "body"), TITLES: ("title",)}
OPTIONS = {WORDS: f"tokenize='porter {TOKENS}'", EXACT: f"tokenize='{TOKENS}'"}
OPTIONS[TITLES] = f"{OPTIONS[EXACT]}, prefix='1 2 3 4'"
# Pages of some 4 KB that a step of merging writes before it lets others write.
PAGES_AT_ONCE = 500

CREATIONS = {
    **{
        table: f"CREATE VIRTUAL TABLE {table} USING fts5({', '.join(columns)}, "
        f"content='{ENTRIES}', content_rowid='id', {OPTIONS[table]})"
        for table, columns in COLUMNS.items()
    },
    VOCABULARY: f"CREATE VIRTUAL TABLE {VOCABULARY} USING fts5vocab({EXACT}, row)",
}


def _add(table: str) -> str:
    columns = COLUMNS[table]
    values = ", ".join(f"new.{column}" for column in columns)
    return f"INSERT INTO {table}(rowid, {', '.join(columns)}) VALUES (new.id, {values});"


def _remove(table: str) -> str:
    columns = COLUMNS[table]
    values = ", ".join(f"old.{column}" for column in columns)
    return f"INSERT INTO {table}({table}, rowid, {', '.join(columns)}) VALUES ('delete', old.id, {values});"


_ADD = " ".join(_add(table) for table in COLUMNS)
_REMOVE = " ".join(_remove(table) for table in COLUMNS)
TRIGGERS = {
    "portal_search_added": f"AFTER INSERT ON {ENTRIES} BEGIN {_ADD} END",
    "portal_search_removed": f"AFTER DELETE ON {ENTRIES} BEGIN {_REMOVE} END",
    "portal_search_changed": f"AFTER UPDATE OF id, title, summary, body ON {ENTRIES} "
    "WHEN (old.id, old.title, old.summary, old.body) IS NOT (new.id, new.title, new.summary, new.body) "
    f"BEGIN {_REMOVE} {_ADD} END",
}


def has_fts5(connection: BaseDatabaseWrapper) -> bool:
    """Whether this SQLite was built with FTS5."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")
        return cursor.fetchone() is not None


def install(cursor: CursorWrapper, present: frozenset[str]) -> None:
    """Create what is missing of tables and triggers; `present` are the names of those that the database has."""
    for name, statement in CREATIONS.items():
        if name not in present:
            cursor.execute(statement)
            if name in COLUMNS:
                _make_anew(cursor, name)
    for name, body in TRIGGERS.items():
        cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")


def uninstall(cursor: CursorWrapper) -> None:
    """Take away tables and triggers."""
    for name in TRIGGERS:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    for name in reversed(CREATIONS):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def rebuild(cursor: CursorWrapper) -> None:
    """Make the tables anew from the entries."""
    for table in COLUMNS:
        _make_anew(cursor, table)


def _make_anew(cursor: CursorWrapper, table: str) -> None:
    command(cursor, table, "rebuild")
    command(cursor, table, "optimize")


def merge(connection: BaseDatabaseWrapper) -> None:
    """Bring each table into one piece, as `optimize` does, but in steps between which others may write."""
    for table in COLUMNS:
        # By FTS5's own rules: a number below 0 says that all pieces are to become one, later steps go on with that,
        # and a step that changed fewer than two rows had nothing left to do.
        pages = -PAGES_AT_ONCE
        while _step(connection, table, pages) >= 2:
            pages = PAGES_AT_ONCE


def _step(connection: BaseDatabaseWrapper, table: str, pages: int) -> int:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        before = connection.connection.total_changes
        command(cursor, table, "merge", pages)
        return int(connection.connection.total_changes - before)


def command(cursor: CursorWrapper, table: str, name: str, value: int = 1) -> None:
    """Run one of FTS5's own commands on `table`: rebuild, optimize, merge, integrity-check."""
    cursor.execute(f"INSERT INTO {table}({table}, rank) VALUES (%s, %s)", [name, value])


def damage(connection: BaseDatabaseWrapper) -> list[str]:
    """Which of the tables differ from the entries, in sentences."""
    return [f"{table} differs from the entries." for table in COLUMNS if not _is_sound(connection, table)]


def _is_sound(connection: BaseDatabaseWrapper, table: str) -> bool:
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            command(cursor, table, "integrity-check")
    except OperationalError:
        # Somebody else writes; that says nothing of the table.
        raise
    except DatabaseError:
        return False
    return True
