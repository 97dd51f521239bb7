"""System checks: what search cannot do with these settings, each in a sentence."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connection

from portal.search.engines import dialects


@register(Tags.database)
def check_database(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whether the database can be searched. Runs where databases are checked, `migrate` among them."""
    dialect = dialects.of(connection)
    if dialect is None:
        return [
            Error(
                f"DATABASE_URL names a database that search cannot use: {connection.vendor}.",
                hint="Use PostgreSQL (postgres://…) or SQLite (leave DATABASE_URL out).",
                id="portal_search.E001",
            )
        ]
    return [Error(problem.message, hint=problem.hint, id=problem.id) for problem in dialect.problems(connection)]


@register()
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without a connection: what the settings ask for and search does not have."""
    found: list[CheckMessage] = []
    if settings.ELASTICSEARCH_URL:
        found.append(
            CheckWarning(
                "ELASTICSEARCH_URL is set, but the Elasticsearch engine is not built yet.",
                hint="Leave ELASTICSEARCH_URL out: the database searches itself.",
                id="portal_search.W001",
            )
        )
    return found
