"""Engines. `current()` is the one that this installation searches with; `named()` is one of `NAMES`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from portal.search.contract import SearchEngine

NAMES = {
    "database": "portal.search.engines.database.DatabaseEngine",
    "elasticsearch": "portal.search.engines.elastic.engine.ElasticsearchEngine",
}

_instead: ContextVar[SearchEngine | None] = ContextVar("_instead", default=None)


def current() -> SearchEngine:
    """The engine in use: the content database, or a cluster with the database behind it, unless `using` says so."""
    return _instead.get() or _installed()


def is_remote() -> bool:
    """Whether a cluster follows the entries."""
    return bool(settings.ELASTICSEARCH_URL)


@lru_cache(maxsize=1)
def _installed() -> SearchEngine:
    if not is_remote():
        return named("database")
    from portal.search.engines.elastic.fallback import FallbackEngine

    return FallbackEngine(named("elasticsearch"), named("database"))


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
