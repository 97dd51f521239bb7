"""What a process keeps of the vocabulary in memory, and knows to be current by one cheap query."""

from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from django.db import connection

from taxonomy import synonyms
from taxonomy.listing import Entry, all_entries

MOST_KEPT = 300
Kept = TypeVar("Kept")


class Snapshot:
    """The vocabulary as it stood at one version. Each part is loaded when it is first asked for."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._kept: OrderedDict[str, Any] = OrderedDict()

    def keep(self, key: str, make: Callable[[], Kept]) -> Kept:
        """Something that depends on the vocabulary and `key` only: made once, the oldest forgotten first.

        None is not kept, so that addresses made up by robots push nothing real out.
        """
        found: Kept | None = self._kept.get(key)
        if found is None:
            made = make()
            if made is None:
                return made
            found = self._kept[key] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every line of the glossary from A to Z: two queries."""
        return all_entries()

    @cached_property
    def synonyms(self) -> tuple[synonyms.Index, int]:
        """Agreed concepts by each of their normalised labels, and the words of the longest label: two queries."""
        return synonyms.load()


_held: Snapshot | None = None


def version_token() -> str:
    """The token of the vocabulary's current version: one query on a one-row table; "" when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM taxonomy_vocabularyversion WHERE id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def current() -> Snapshot:
    """The snapshot of the current version: one query, and what is used of it once in each process and version.

    Readers in other threads may build the same snapshot twice; the last one stays.
    """
    global _held
    token = version_token()
    if _held is None or not token or _held.token != token:
        _held = Snapshot(token)
    return _held
