"""Engines. `current()` is the one that this installation searches with."""

from functools import lru_cache

from django.conf import settings

from portal.search.contract import SearchEngine


@lru_cache(maxsize=1)
def current() -> SearchEngine:
    """The engine in use: the content database itself, or a cluster with the database behind it."""
    from portal.search.engines.database import DatabaseEngine

    if not settings.ELASTICSEARCH_URL:
        return DatabaseEngine()
    from portal.search.engines.elastic.engine import ElasticsearchEngine
    from portal.search.engines.elastic.fallback import FallbackEngine

    return FallbackEngine(ElasticsearchEngine(), DatabaseEngine())
