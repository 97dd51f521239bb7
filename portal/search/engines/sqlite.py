"""The SQLite dialect: two FTS5 tables over the entries' own text, which triggers keep equal to it.

`portal_search_words` compares English stems. `portal_search_exact` keeps words as they are, with prefix indexes, and
serves exact phrases, words being typed and spelling; `portal_search_vocabulary` lists its words. Both read their text
from the entries (external content), and triggers write them in the statement that writes an entry, so that no write,
in bulk or by cascade, can leave them behind.
"""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

ENTRIES = "portal_search_searchentry"
WORDS = "portal_search_words"
EXACT = "portal_search_exact"
VOCABULARY = "portal_search_vocabulary"

TOKENS = "unicode61 remove_diacritics 2"
COLUMNS = "title, summary, body"
CONTENT = f"content='{ENTRIES}', content_rowid='id'"

TABLES = {
    WORDS: f"CREATE VIRTUAL TABLE {WORDS} USING fts5({COLUMNS}, {CONTENT}, tokenize='porter {TOKENS}')",
    EXACT: f"CREATE VIRTUAL TABLE {EXACT} USING fts5({COLUMNS}, {CONTENT}, tokenize='{TOKENS}', prefix='2 3 4')",
    VOCABULARY: f"CREATE VIRTUAL TABLE {VOCABULARY} USING fts5vocab({EXACT}, row)",
}


def _add(table: str) -> str:
    return f"INSERT INTO {table}(rowid, {COLUMNS}) VALUES (new.id, new.title, new.summary, new.body);"


def _remove(table: str) -> str:
    return (
        f"INSERT INTO {table}({table}, rowid, {COLUMNS}) VALUES ('delete', old.id, old.title, old.summary, old.body);"
    )


TRIGGERS = (
    f"CREATE TRIGGER IF NOT EXISTS portal_search_added AFTER INSERT ON {ENTRIES} BEGIN {_add(WORDS)} {_add(EXACT)} END",
    f"CREATE TRIGGER IF NOT EXISTS portal_search_removed AFTER DELETE ON {ENTRIES} "
    f"BEGIN {_remove(WORDS)} {_remove(EXACT)} END",
    f"CREATE TRIGGER IF NOT EXISTS portal_search_changed AFTER UPDATE OF id, {COLUMNS} ON {ENTRIES} "
    f"WHEN (old.id, old.title, old.summary, old.body) IS NOT (new.id, new.title, new.summary, new.body) "
    f"BEGIN {_remove(WORDS)} {_remove(EXACT)} {_add(WORDS)} {_add(EXACT)} END",
)


def has_fts5(connection: BaseDatabaseWrapper) -> bool:
    """Whether this SQLite was built with FTS5."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")
        return cursor.fetchone() is not None


def install(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing of tables and triggers. A migration that remakes the entries' table drops the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        present = {name for (name,) in cursor.fetchall()}
        if ENTRIES not in present:
            return
        for name, statement in TABLES.items():
            if name not in present:
                cursor.execute(statement)
                if name != VOCABULARY:
                    command(cursor, name, "rebuild")
        for statement in TRIGGERS:
            cursor.execute(statement)


def uninstall(connection: BaseDatabaseWrapper) -> None:
    """Take away tables and triggers."""
    with connection.cursor() as cursor:
        for trigger in ("added", "removed", "changed"):
            cursor.execute(f"DROP TRIGGER IF EXISTS portal_search_{trigger}")
        for name in reversed(TABLES):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")


def rebuild(connection: BaseDatabaseWrapper) -> int:
    """Make the full-text tables anew from the entries. Returns how many entries they hold."""
    install(connection)
    with connection.cursor() as cursor:
        for table in (WORDS, EXACT):
            command(cursor, table, "rebuild")
            command(cursor, table, "optimize")
        cursor.execute(f"SELECT COUNT(*) FROM {ENTRIES}")
        return int(cursor.fetchone()[0])


def command(cursor: CursorWrapper, table: str, name: str) -> None:
    """Run one of FTS5's own commands on `table`: rebuild, optimize, integrity-check."""
    cursor.execute(f"INSERT INTO {table}({table}, rank) VALUES (%s, 1)", [name])


def damage(connection: BaseDatabaseWrapper) -> list[str]:
    """What is missing or differs from the entries, in sentences."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'portal\\_search\\_%%' ESCAPE '\\'")
        present = {name for (name,) in cursor.fetchall()}
    wanted = {*TABLES, "portal_search_added", "portal_search_removed", "portal_search_changed"}
    missing = [f"{name} is missing." for name in sorted(wanted - present)]
    return missing or [
        f"{table} differs from the entries." for table in (WORDS, EXACT) if not _is_sound(connection, table)
    ]


def _is_sound(connection: BaseDatabaseWrapper, table: str) -> bool:
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            command(cursor, table, "integrity-check")
    except DatabaseError:
        return False
    return True
