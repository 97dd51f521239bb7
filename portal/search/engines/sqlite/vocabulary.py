"""The words that a misspelt one may have meant, found by their first and last letters.

`portal_search_spellings` holds the words of every entry that is worked into the sets; those of entries that are still
in the log are read from the entries themselves. Words of entries that went stay until the next rebuild: who asks counts
the entries that have a word anyway.
"""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

from collections.abc import Iterable

from django.db import connection
from django.db.backends.utils import CursorWrapper

from portal.search.engines.sqlite.sets import TEXT, Change
from portal.search.engines.sqlite.tables import CHANGES, ENTRIES, SPELLINGS, VOCABULARY
from taxonomy.text import normalise

SHORTEST, LONGEST = 3, 32
# Of so many entries that are still in the log the words are read, the latest first.
MOST_RECENT = 100
# Characters of the body of each of them.
MOST_READ = 5_000

CREATIONS = {
    SPELLINGS: f"CREATE TABLE {SPELLINGS} (term TEXT NOT NULL PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL, "
    "length INTEGER NOT NULL) WITHOUT ROWID",
    f"{SPELLINGS}_first": f"CREATE INDEX {SPELLINGS}_first ON {SPELLINGS} (first, length)",
    f"{SPELLINGS}_last": f"CREATE INDEX {SPELLINGS}_last ON {SPELLINGS} (last, length)",
}
TRIGGERS: dict[str, str] = {}
WHOLE = 2**31 - 1
_PARTS = "SUBSTR(term, 1, 1), SUBSTR(term, -2), LENGTH(term)"


def install(cursor: CursorWrapper, present: frozenset[str]) -> None:
    """Create what is missing, with the words that there are."""
    missing = CREATIONS.keys() - present
    for name in CREATIONS:
        if name in missing:
            cursor.execute(CREATIONS[name])
    if SPELLINGS in missing:
        rebuild(cursor)


def uninstall(cursor: CursorWrapper) -> None:
    """Take away the table."""
    cursor.execute(f"DROP TABLE IF EXISTS {SPELLINGS}")


def rebuild(cursor: CursorWrapper) -> None:
    """Begin again with the words of the index."""
    cursor.execute(f"DELETE FROM {SPELLINGS}")
    cursor.execute(
        f"INSERT INTO {SPELLINGS}(term, first, last, length) SELECT term, {_PARTS} FROM {VOCABULARY} "
        "WHERE LENGTH(term) BETWEEN %s AND %s",
        [SHORTEST, LONGEST],
    )


def learn(cursor: CursorWrapper, changes: Iterable[Change]) -> None:
    """Take in the words of the entries whose text is new by `changes`."""
    entries = sorted({change.entry for change in changes if change.space == TEXT})
    for start in range(0, len(entries), MOST_RECENT):
        cursor.executemany(
            f"INSERT OR IGNORE INTO {SPELLINGS}(term, first, last, length) VALUES (%s, %s, %s, %s)",
            [
                (term, term[0], term[-2:], len(term))
                for term in sorted(_words(cursor, entries[start : start + MOST_RECENT]))
                if SHORTEST <= len(term) <= LONGEST
            ],
        )


def near(word: str, reach: int) -> list[str]:
    """Words at most `reach` letters shorter or longer than `word` that begin or end as it does.

    Begin: with its first letter or, in case that is one too many, its second. End: with its last two.
    """
    lengths = [len(word) - reach, len(word) + reach]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT term FROM {SPELLINGS} WHERE first IN (%s, %s) AND length BETWEEN %s AND %s "
            f"UNION SELECT term FROM {SPELLINGS} WHERE last = %s AND length BETWEEN %s AND %s",
            [word[0], word[1], *lengths, word[-2:], *lengths],
        )
        found = {term for (term,) in cursor.fetchall()}
        cursor.execute(f"SELECT entry FROM {CHANGES} WHERE space = %s ORDER BY seq DESC LIMIT %s", [TEXT, MOST_RECENT])
        recent = _words(cursor, [entry for (entry,) in cursor.fetchall()], MOST_READ)
    return sorted(found | {term for term in recent if lengths[0] <= len(term) <= lengths[1]})


def _words(cursor: CursorWrapper, entries: Iterable[int], most: int = WHOLE) -> set[str]:
    """The words of these entries, as FTS5 has them, with the first `most` characters of their bodies."""
    pks = list(entries)
    if not pks:
        return set()
    marks = ", ".join("%s" for _ in pks)
    cursor.execute(
        f"SELECT title || ' ' || summary || ' ' || SUBSTR(body, 1, %s) FROM {ENTRIES} WHERE id IN ({marks})",
        [most, *pks],
    )
    return {word for (text,) in cursor.fetchall() for word in normalise(text).split()}
