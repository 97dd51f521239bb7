"""Engines. `current()` is the one that this installation searches with; `named()` is one of `NAMES`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.utils.module_loading import import_string

from portal.search.contract import SearchEngine

NAMES = {"database": "portal.search.engines.database.DatabaseEngine"}

_instead: ContextVar[SearchEngine | None] = ContextVar("_instead", default=None)


def current() -> SearchEngine:
    """The engine in use: the content database itself, unless `using` says otherwise."""
    return _instead.get() or _installed()


@lru_cache(maxsize=1)
def _installed() -> SearchEngine:
    return named("database")


def named(name: str) -> SearchEngine:
    """A new engine by its name. Raises KeyError for a name that none has."""
    engine: SearchEngine = import_string(NAMES[name])()
    return engine


@contextmanager
def using(engine: SearchEngine) -> Iterator[None]:
    """Search with `engine` and write to it, inside the block and in this thread or task only."""
    token = _instead.set(engine)
    try:
        yield
    finally:
        _instead.reset(token)
