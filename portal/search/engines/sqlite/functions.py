"""Functions of ours in SQLite's SQL: whether an entry is among those that a statement is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from pyroaring import BitMap

CHOSEN, STRICT = "portal_chosen", "portal_strict"
_NOTHING = BitMap()


class _Now(local):
    """What the functions answer from, in each thread."""

    chosen = _NOTHING
    strict = _NOTHING


_now = _Now()


@receiver(connection_created, dispatch_uid="search.sqlite.functions")
def define(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """SQLite knows functions by connection, and forbids to change one while a statement runs."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(CHOSEN, 1, lambda pk: pk in _now.chosen)
        connection.connection.create_function(STRICT, 1, lambda pk: pk in _now.strict)


@contextmanager
def choosing(chosen: BitMap, strict: BitMap = _NOTHING) -> Iterator[None]:
    """Within the block `portal_chosen(id)` says whether an entry is in `chosen`, `portal_strict(id)` in `strict`."""
    before = _now.chosen, _now.strict
    _now.chosen, _now.strict = chosen, strict
    try:
        yield
    finally:
        _now.chosen, _now.strict = before
