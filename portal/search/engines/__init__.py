"""Engines. `current()` is the one that this installation searches with."""

from functools import lru_cache

from portal.search.contract import SearchEngine


@lru_cache(maxsize=1)
def current() -> SearchEngine:
    """The engine in use: the content database itself."""
    from portal.search.engines.database import DatabaseEngine

    return DatabaseEngine()
