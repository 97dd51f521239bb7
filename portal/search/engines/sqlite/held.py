"""What a process keeps of the sets, and knows to be current by the statement that asks for the words.

A process reads the blobs once and then follows the log: each search reads the changes since the last one and what the
words match in one statement, so that both are of one moment. What a transaction sees of its own, which may yet be
rolled back, is never kept.
"""

# Table names are constants and every value is a parameter.
# ruff: noqa: S608

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from pyroaring import BitMap

from portal.search.engines.sqlite.running import run
from portal.search.engines.sqlite.sets import AUDIENCE, Change, applied, changes_by_set
from portal.search.engines.sqlite.tables import CHANGES, FOLDED, SETS

_NONE: Mapping[str, BitMap] = {}
_STATE, _SET, _CHANGE, _MATCH = range(4)
_STATE_OF = (
    f"SELECT {_STATE}, '', NULL, epoch, seq, "
    f"COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '{CHANGES}'), 0) FROM {FOLDED}"
)


# The last change that the blobs need not be read for: -1 where the process holds another epoch, or a later state.
_BLOBS_SINCE = f"COALESCE((SELECT %s FROM {FOLDED} WHERE epoch = %s AND seq > %s), -1)"


class Match(NamedTuple):
    """An FTS5 table and an expression to match in it."""

    table: str
    expression: str


@dataclass(frozen=True, slots=True)
class Sets:
    """Every set as it stood after change `seq` of `epoch`. Nobody changes a bitmap of it."""

    epoch: int
    seq: int
    spaces: Mapping[str, Mapping[str, BitMap]]

    def space(self, name: str) -> Mapping[str, BitMap]:
        """The sets of the space `name` by their values."""
        return self.spaces.get(name, _NONE)

    def any_of(self, space: str, values: Iterable[str]) -> BitMap:
        """The entries that have one of `values`."""
        held = self.space(space)
        found = [held[value] for value in values if value in held]
        return found[0] if len(found) == 1 else BitMap.union(*found) if found else BitMap()

    def number(self) -> int:
        """How many entries there are."""
        return sum(len(ids) for ids in self.space(AUDIENCE).values())

    def latest(self) -> int:
        """The highest id of an entry; 0 where there is none."""
        return max((ids.max() for ids in self.space(AUDIENCE).values() if ids), default=0)

    def after(self, changes: Collection[Change], seq: int) -> "Sets":
        """The sets with `changes`, which lead to `seq`."""
        if not changes:
            return self if seq == self.seq else Sets(self.epoch, seq, self.spaces)
        return self.with_sets(
            {
                name: applied(self.space(name[0]).get(name[1], BitMap()), some)
                for name, some in changes_by_set(changes).items()
            },
            seq,
        )

    def with_sets(self, changed: Mapping[tuple[str, str], BitMap], seq: int) -> "Sets":
        """The sets with those in `changed`, by (space, value), in the place of their former selves."""
        spaces: dict[str, dict[str, BitMap]] = {}
        for (space, value), ids in changed.items():
            if space not in spaces:
                spaces[space] = dict(self.space(space))
            spaces[space][value] = ids
        return Sets(self.epoch, seq, {**self.spaces, **spaces})


# By the name of the database. Only tests look at it from elsewhere.
kept: dict[str, Sets] = {}


def forget() -> None:
    """Keep nothing any more, as a process that has just begun."""
    kept.clear()


def snapshot(matches: Sequence[Match] = ()) -> tuple[Sets, list[BitMap]]:
    """The sets as they are now, and which entries match each of `matches`: of one moment, in one statement.

    In a second one where the process read the sets so long ago that the log no longer reaches back.
    """
    held = kept.get(_database())
    now = _read(held, matches, with_blobs=held is None)
    if held is not None and not _follows(held, now):
        now = _read(held, matches, with_blobs=True)
    base = held if held is not None and _follows(held, now) else _with_blobs(held, now)
    current = base.after([change for change in now.changes if change.seq > base.seq], now.last)
    if current is not held:
        _keep(current)
    return current, now.matched


@dataclass(slots=True)
class _Now:
    """What one statement said. `blobs`: those written since what the process holds, all of them where that is void."""

    epoch: int = 0
    folded: int = 0
    last: int = 0
    changes: list[Change] = field(default_factory=list)
    blobs: dict[tuple[str, str], BitMap] = field(default_factory=dict)
    matched: list[BitMap] = field(default_factory=list)


def _follows(held: Sets, now: _Now) -> bool:
    """Whether the changes of `now` are all that happened since `held`."""
    return held.epoch == now.epoch and now.folded <= held.seq <= now.last


def _with_blobs(held: Sets | None, now: _Now) -> Sets:
    is_older = held is not None and held.epoch == now.epoch and held.seq < now.folded
    base = held if held is not None and is_older else Sets(now.epoch, 0, {})
    return base.with_sets(now.blobs, now.folded)


def _read(held: Sets | None, matches: Sequence[Match], *, with_blobs: bool) -> _Now:
    since, epoch = (held.seq, held.epoch) if held else (-1, 0)
    parts = [_STATE_OF]
    parameters: list[Any] = []
    if with_blobs:
        parts.append(f"SELECT {_SET}, space, value, ids, 0, 0 FROM {SETS} WHERE seq > {_BLOBS_SINCE}")
        parameters += [since, epoch, since]
    # What is worked into the blobs is no longer in the log.
    parts.append(f"SELECT {_CHANGE}, space, value, seq, entry, present FROM {CHANGES} WHERE seq > %s")
    parameters.append(-1 if with_blobs else since)
    for place, match in enumerate(matches):
        parts.append(
            f"SELECT {_MATCH}, '', json_group_array(rowid), {place}, 0, 0 FROM {match.table} "
            f"WHERE {match.table} MATCH %s"
        )
        parameters.append(match.expression)
    now = _Now(matched=[BitMap()] * len(matches))
    for part, space, value, first, second, third in run(" UNION ALL ".join(parts), parameters):
        if part == _STATE:
            now.epoch, now.folded, now.last = first, second, third
        elif part == _SET:
            now.blobs[space, value] = BitMap.deserialize(first)
        elif part == _CHANGE:
            now.changes.append(Change(first, space, value, second, third))
        else:
            now.matched[first] = BitMap(json.loads(value))
    now.changes.sort()
    return now


def _keep(found: Sets) -> None:
    """A transaction's own changes may yet be rolled back; only what is committed is kept."""
    if not connection.in_atomic_block:
        kept[_database()] = found


def _database() -> str:
    return str(connection.settings_dict["NAME"])
