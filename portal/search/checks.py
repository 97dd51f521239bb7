"""System checks: what search cannot do with these settings, each in a sentence."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connection

from portal.search.engines import sqlite


@register(Tags.database)
def check_database(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The engine speaks SQLite only, and needs FTS5. Runs where databases are checked, `migrate` among them."""
    if not sqlite.supported(connection):
        return [
            Error(
                "DATABASE_URL names a database that search cannot use: the PostgreSQL dialect is not built yet.",
                hint="Use SQLite: leave DATABASE_URL out, or let it begin with sqlite://.",
                id="portal_search.E001",
            )
        ]
    if not sqlite.has_fts5(connection):
        return [
            Error(
                "This Python's SQLite was built without FTS5, by which the portal searches.",
                hint="Use a Python whose sqlite3 module has FTS5, such as those of Debian, Fedora or python.org.",
                id="portal_search.E002",
            )
        ]
    return []


@register()
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without a connection: what the settings ask for and search does not have."""
    found: list[CheckMessage] = []
    if connection.vendor != "sqlite":
        found += check_database(app_configs)
    if settings.ELASTICSEARCH_URL:
        found.append(
            CheckWarning(
                "ELASTICSEARCH_URL is set, but the Elasticsearch engine is not built yet.",
                hint="Leave ELASTICSEARCH_URL out: the database searches itself.",
                id="portal_search.W001",
            )
        )
    return found
