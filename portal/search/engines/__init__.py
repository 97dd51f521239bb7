"""Engines. `current()` is the one that this installation searches with."""

from functools import lru_cache

from django.conf import settings

from portal.search.contract import SearchEngine


def is_remote() -> bool:
    """Whether a cluster follows the entries."""
    return bool(settings.ELASTICSEARCH_URL)


@lru_cache(maxsize=1)
def current() -> SearchEngine:
    """The engine in use: the content database itself, or a cluster with the database behind it."""
    from portal.search.engines.database import DatabaseEngine

    if not is_remote():
        return DatabaseEngine()
    from portal.search.engines.elastic.engine import ElasticsearchEngine
    from portal.search.engines.elastic.fallback import FallbackEngine

    return FallbackEngine(ElasticsearchEngine(), DatabaseEngine())
