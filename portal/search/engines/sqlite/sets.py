"""Which entries have what, as bitmaps of entry ids: of each audience, kind, day and (facet, value).

The bitmaps are blobs in `portal_search_sets`. Triggers on entries and facets write each change into the log
`portal_search_changes`, in the statement that makes it, so a set is its blob and what the log says since. `fold` works
the log into the blobs. `portal_search_folded` says up to which change that was done, and since when ("epoch") the log's
numbers mean anything; `rebuild` makes all of it anew.
"""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper
from pyroaring import BitMap

from portal.search.engines.sqlite.tables import CHANGES, ENTRIES, FACETS, FOLDED, SETS

# Spaces of sets besides those of facets.
AUDIENCE, KIND, DAY = "audience", "kind", "day"
# Not a set: the log's note that an entry's text is new.
TEXT = "text"
# So many rows of the log are worked into the blobs.
MOST_CHANGES = 5000
AT_ONCE = 400

CREATIONS = {
    SETS: f"CREATE TABLE {SETS} (space TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, ids BLOB NOT NULL, "
    "PRIMARY KEY (space, value))",
    CHANGES: f"CREATE TABLE {CHANGES} (seq INTEGER PRIMARY KEY AUTOINCREMENT, space TEXT NOT NULL, "
    "value TEXT NOT NULL, entry INTEGER NOT NULL, present INTEGER NOT NULL)",
    FOLDED: f"CREATE TABLE {FOLDED} (epoch INTEGER NOT NULL, seq INTEGER NOT NULL)",
}


def space_of(facet: str) -> str:
    """The space of the sets of `facet`."""
    return f"={facet}"


def _note(row: str, present: int, *columns: tuple[str, str]) -> str:
    entry = f"{row}.entry_id" if columns[0][0].startswith("'='") else f"{row}.id"
    values = ", ".join(f"({space}, {value}, {entry}, {present})" for space, value in columns)
    return f"INSERT INTO {CHANGES}(space, value, entry, present) VALUES {values};"


def _entry(row: str, present: int) -> str:
    return _note(
        row,
        present,
        (f"'{AUDIENCE}'", f"CAST({row}.audience_id AS TEXT)"),
        (f"'{KIND}'", f"{row}.kind"),
        (f"'{DAY}'", f"SUBSTR({row}.dated, 1, 10)"),
    )


def _facet(row: str, present: int) -> str:
    return _note(row, present, (f"'=' || {row}.facet", f"{row}.value"))


_TEXT = _note("new", 1, (f"'{TEXT}'", "''"))
TRIGGERS = {
    "portal_search_entry_in": f"AFTER INSERT ON {ENTRIES} BEGIN {_entry('new', 1)} {_TEXT} END",
    "portal_search_entry_out": f"AFTER DELETE ON {ENTRIES} BEGIN {_entry('old', 0)} END",
    "portal_search_entry_moved": f"AFTER UPDATE OF id, audience_id, kind, dated ON {ENTRIES} "
    "WHEN (old.id, old.audience_id, old.kind, old.dated) IS NOT (new.id, new.audience_id, new.kind, new.dated) "
    f"BEGIN {_entry('old', 0)} {_entry('new', 1)} END",
    "portal_search_entry_text": f"AFTER UPDATE OF title, summary, body ON {ENTRIES} "
    "WHEN (old.title, old.summary, old.body) IS NOT (new.title, new.summary, new.body) "
    f"BEGIN {_TEXT} END",
    "portal_search_facet_in": f"AFTER INSERT ON {FACETS} BEGIN {_facet('new', 1)} END",
    "portal_search_facet_out": f"AFTER DELETE ON {FACETS} BEGIN {_facet('old', 0)} END",
    "portal_search_facet_moved": f"AFTER UPDATE OF entry_id, facet, value ON {FACETS} "
    f"BEGIN {_facet('old', 0)} {_facet('new', 1)} END",
}

# What each set is by the rows: (space, value, ids as JSON).
_TRUTH = f"""
    SELECT '{AUDIENCE}', CAST(audience_id AS TEXT), json_group_array(id) FROM {ENTRIES} GROUP BY audience_id
    UNION ALL SELECT '{KIND}', kind, json_group_array(id) FROM {ENTRIES} GROUP BY kind
    UNION ALL SELECT '{DAY}', SUBSTR(dated, 1, 10), json_group_array(id) FROM {ENTRIES} GROUP BY SUBSTR(dated, 1, 10)
    UNION ALL SELECT '=' || facet, value, json_group_array(entry_id) FROM {FACETS} GROUP BY facet, value
"""


class Change(NamedTuple):
    """One row of the log: the entry with this id has (`present`), or no longer has, the value."""

    seq: int
    space: str
    value: str
    entry: int
    present: int


def has_columns(cursor: CursorWrapper) -> bool:
    """Whether the entries' table has come so far: early migrations find it without what sets are made of."""
    cursor.execute(f"SELECT 1 FROM pragma_table_info('{ENTRIES}') WHERE name = 'dated'")
    return cursor.fetchone() is not None


def install(cursor: CursorWrapper, present: frozenset[str]) -> None:
    """Create what is missing; make the sets anew where anything was, for changes may have been missed."""
    if not has_columns(cursor) or not (CREATIONS.keys() | TRIGGERS.keys()) - present:
        return
    for name, statement in CREATIONS.items():
        if name not in present:
            cursor.execute(statement)
    for name, body in TRIGGERS.items():
        cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
    rebuild(cursor)


def uninstall(cursor: CursorWrapper) -> None:
    """Take away tables and triggers."""
    for name in TRIGGERS:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    for name in CREATIONS:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def truth(cursor: CursorWrapper) -> Iterator[tuple[str, str, BitMap]]:
    """(space, value, ids) of every set as the entries and their facets have it."""
    cursor.execute(_TRUTH)
    return ((space, value, BitMap(json.loads(ids))) for space, value, ids in cursor.fetchall())


def rebuild(cursor: CursorWrapper) -> None:
    """Make every set anew and begin a new epoch, so that no process trusts what it holds."""
    found = list(truth(cursor))
    cursor.execute(f"DELETE FROM {SETS}")
    cursor.execute(f"DELETE FROM {CHANGES}")
    cursor.execute(f"DELETE FROM {FOLDED}")
    last = last_change(cursor)
    cursor.execute(f"INSERT INTO {FOLDED}(epoch, seq) VALUES (%s, %s)", [secrets.randbits(62), last])
    _write(cursor, found, last)


def fold(cursor: CursorWrapper, most: int) -> list[Change]:
    """Work the log into the blobs if it has more than `most` rows. Returns what was worked in, in order.

    Belongs into a transaction.
    """
    cursor.execute(f"SELECT COUNT(*) FROM {CHANGES}")
    if cursor.fetchone()[0] <= most:
        return []
    cursor.execute(f"SELECT seq, space, value, entry, present FROM {CHANGES} ORDER BY seq")
    changes = [Change(*row) for row in cursor.fetchall()]
    last = changes[-1].seq if changes else last_change(cursor)
    by_set = changes_by_set(changes)
    folded: list[tuple[str, str, BitMap]] = []
    names = list(by_set)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        blobs = dict(_blobs(cursor, some))
        folded += [(*name, applied(blobs.get(name, BitMap()), by_set[name])) for name in some]
    _write(cursor, folded, last)
    cursor.execute(f"DELETE FROM {CHANGES} WHERE seq <= %s", [last])
    cursor.execute(f"UPDATE {FOLDED} SET seq = %s", [last])
    return changes


def changes_by_set(changes: Iterable[Change]) -> dict[tuple[str, str], list[Change]]:
    """The changes of each set, by (space, value), in order."""
    found: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        if change.space != TEXT:
            found[change.space, change.value].append(change)
    return dict(found)


def applied(ids: BitMap, changes: Iterable[Change]) -> BitMap:
    """A copy of `ids` with `changes` made."""
    made = ids.copy()
    for present, some in groupby(changes, key=lambda change: change.present):
        entries = [change.entry for change in some]
        if present:
            made.update(entries)
        else:
            made.difference_update(BitMap(entries))
    return made


def last_change(cursor: CursorWrapper) -> int:
    """The number of the last change that was ever logged."""
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [CHANGES])
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def damage(cursor: CursorWrapper) -> list[str]:
    """Which sets differ from the entries and their facets, in sentences."""
    cursor.execute(f"SELECT space, value, ids FROM {SETS}")
    blobs = {(space, value): BitMap.deserialize(ids) for space, value, ids in cursor.fetchall()}
    cursor.execute(f"SELECT seq, space, value, entry, present FROM {CHANGES} ORDER BY seq")
    changes = changes_by_set(Change(*row) for row in cursor.fetchall())
    found = blobs | {name: applied(blobs.get(name, BitMap()), some) for name, some in changes.items()}
    wanted = {(space, value): ids for space, value, ids in truth(cursor)}
    return [
        f"The set {space} {value} differs from the entries."
        for space, value in sorted(found.keys() | wanted.keys())
        if found.get((space, value), BitMap()) != wanted.get((space, value), BitMap())
    ]


def _blobs(cursor: CursorWrapper, names: Iterable[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], BitMap]]:
    wanted = list(names)
    pairs = ", ".join("(%s, %s)" for _ in wanted)
    cursor.execute(
        f"SELECT space, value, ids FROM {SETS} WHERE (space, value) IN (VALUES {pairs})",
        [part for name in wanted for part in name],
    )
    return (((space, value), BitMap.deserialize(ids)) for space, value, ids in cursor.fetchall())


def _write(cursor: CursorWrapper, found: Iterable[tuple[str, str, BitMap]], seq: int) -> None:
    """Write the sets as they are after change `seq`. One that has become empty stays, so that others learn of it."""
    cursor.executemany(
        f"INSERT INTO {SETS}(space, value, seq, ids) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (space, value) DO UPDATE SET seq = excluded.seq, ids = excluded.ids",
        [(space, value, seq, _packed(ids)) for space, value, ids in found],
    )


def _packed(ids: BitMap) -> bytes:
    ids.run_optimize()
    return ids.serialize()
