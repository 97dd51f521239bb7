"""System checks: each missing or contradictory setting in a sentence.

What must stop a server is in `portal.settings.guard`, because system checks do not run under gunicorn; it is repeated
here so that `manage.py check --deploy` says it for any settings module.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from portal.settings.guard import fatal_problems


@register(Tags.security, deploy=True)
def what_stops_a_server(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E001: what production refuses to start with."""
    known = {
        name: getattr(settings, name, None)
        for name in ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_BACKEND", "DEBUG")
    }
    secure = bool(getattr(settings, "SECURE", True))
    return [Error(problem, id="portal.E001") for problem in fatal_problems(known, secure=secure)]


@register(Tags.security, deploy=True)
def what_a_server_should_have(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.W001 to W004: settings that work, and leave somebody waiting."""
    found: list[CheckMessage] = []
    if not settings.PORTAL_CONTACT:
        found.append(
            Warning(
                "PORTAL_CONTACT is not set: reports of problems are listed in the admin, but nobody is told.",
                id="portal.W001",
            )
        )
    if "@localhost" in settings.DEFAULT_FROM_EMAIL:
        found.append(
            Warning("DEFAULT_FROM_EMAIL is an address on localhost: most servers refuse such mail.", id="portal.W002")
        )
    host = urlsplit(settings.BASE_URL).hostname or ""
    if settings.ALLOWED_HOSTS and host and not _is_allowed(host):
        found.append(
            Warning(
                f"BASE_URL names {host}, which ALLOWED_HOSTS does not: links in mails lead to an error.",
                id="portal.W003",
            )
        )
    if str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3") and settings.REDIS_URL:
        found.append(
            Warning(
                "REDIS_URL without DATABASE_URL: Redis is for several machines, which cannot share SQLite.",
                id="portal.W004",
            )
        )
    return found


@register(Tags.files, deploy=True)
def where_the_bucket_is(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E005, portal.W006: what does not fit together about uploads in a bucket."""
    if not settings.S3_BUCKET:
        half = settings.S3_ENDPOINT_URL or settings.S3_REGION
        said = "S3_ENDPOINT_URL or S3_REGION is set, but not S3_BUCKET: uploads go to VAR_DIR, not to a bucket."
        return [Warning(said, id="portal.W006")] if half else []
    address = urlsplit(settings.S3_ENDPOINT_URL)
    if settings.S3_ENDPOINT_URL and (address.scheme not in {"http", "https"} or not address.hostname):
        return [Error("S3_ENDPOINT_URL must be an address such as https://s3.example.gov.", id="portal.E005")]
    return []


def _is_allowed(host: str) -> bool:
    return any(
        allowed in {"*", host} or (allowed.startswith(".") and host.endswith(allowed))
        for allowed in settings.ALLOWED_HOSTS
    )


@register(Tags.files)
def where_files_go(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E002: documents are private until asked for, so media must not lie below what is served as static."""
    media, static = Path(settings.MEDIA_ROOT).resolve(), Path(settings.STATIC_ROOT).resolve()
    if media == static or static in media.parents:
        return [
            Error("VAR_DIR puts uploads below the static files: everybody could read every upload.", id="portal.E002")
        ]
    return []
