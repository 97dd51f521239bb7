"""System checks: what search cannot do with these settings, each in a sentence."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from portal.search.engines import dialects
from portal.search.engines.elastic.hosts import parse_hosts


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
        found += _check_cluster()
    return found


def _check_cluster() -> list[CheckMessage]:
    """Without asking the cluster: whether it can be asked at all."""
    found: list[CheckMessage] = []
    try:
        hosts, user, _password = parse_hosts(settings.ELASTICSEARCH_URL)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="portal_search.E003")]
    if settings.ELASTICSEARCH_CA and not Path(settings.ELASTICSEARCH_CA).is_file():
        found.append(Error("ELASTICSEARCH_CA names a file that is not there.", id="portal_search.E004"))
    is_known = settings.ELASTICSEARCH_API_KEY or settings.ELASTICSEARCH_USER or user
    if is_known and any(host.startswith("http://") for host in hosts):
        found.append(
            CheckWarning(
                "ELASTICSEARCH_URL begins with http://, so a key or password would cross the network in the open.",
                hint="Let it begin with https://, and name the certificates in ELASTICSEARCH_CA.",
                id="portal_search.W002",
            )
        )
    return found
