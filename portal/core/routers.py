"""Keeps the cache table in a database file of its own, so that cache writes never wait for content writes."""

from typing import Any

CACHE_APP = "django_cache"


class CacheRouter:
    """Sends Django's cache table, and nothing else, to the database `cache`."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "cache" if model._meta.app_label == CACHE_APP else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return (db == "cache") == (app_label == CACHE_APP)
