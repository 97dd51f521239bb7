"""What a server must not start with. Each finding is a sentence that says what to set.

System checks do not run under a WSGI server, so production settings raise these themselves (see production.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1", "[::1]"}
SHORTEST_SECRET_KEY = 50
FEWEST_CHARACTERS = 10
SIGNUP_MODES = ("open", "domains", "approval", "invitation")
REFUSED_KEY_PARTS = ("production-refuses", "django-insecure", "changeme", "change-me")


def fatal_problems(settings: Mapping[str, Any], *, secure: bool) -> list[str]:
    """Sentences on what stops a production start; none when `settings` will do.

    `secure` False is the one exception, for measuring on this machine: http is then allowed, on loopback only.
    """
    return [
        *_secret_key(str(settings.get("SECRET_KEY", ""))),
        *_addresses(settings, secure=secure),
        *_mail(settings),
        *_debug(settings),
        *_sign_up(settings),
    ]


def _secret_key(key: str) -> Iterator[str]:
    if not key:
        yield "SECRET_KEY is empty: set it to a long random value that only this installation knows."
    elif any(part in key for part in REFUSED_KEY_PARTS):
        yield "SECRET_KEY is a development or example value: set one that only this installation knows."
    elif len(key) < SHORTEST_SECRET_KEY or len(set(key)) < FEWEST_CHARACTERS:
        yield f"SECRET_KEY is too easy to guess: use at least {SHORTEST_SECRET_KEY} random characters."


def _addresses(settings: Mapping[str, Any], *, secure: bool) -> Iterator[str]:
    hosts = list(settings.get("ALLOWED_HOSTS", []))
    base = urlsplit(str(settings.get("BASE_URL", "")))
    if not hosts:
        yield "ALLOWED_HOSTS is empty: name the hosts under which readers reach the portal, separated by commas."
    elif "*" in hosts:
        yield "ALLOWED_HOSTS allows every host: name the hosts under which readers reach the portal."
    if not secure:
        if (base.hostname or "") not in LOOPBACK or not set(hosts) <= LOOPBACK:
            yield "SECURE=0 is for measuring on this machine: both BASE_URL and ALLOWED_HOSTS must be loopback."
    elif base.scheme != "https" or not base.hostname:
        yield "BASE_URL must be the portal's https address, such as https://portal.example.gov, for links in mails."
    elif base.path not in {"", "/"} or base.query:
        yield "BASE_URL must have no path: the portal is served from the root of its host."


def _mail(settings: Mapping[str, Any]) -> Iterator[str]:
    backend = str(settings.get("EMAIL_BACKEND", ""))
    if backend.rsplit(".", 2)[-2:-1] and backend.rsplit(".", 2)[-2] in {"console", "locmem", "dummy", "filebased"}:
        yield "EMAIL_URL sends no mail: set a server such as smtp+tls://user:password@mail.example.gov:587."


def _debug(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings.get("DEBUG"):
        yield "DEBUG is on: production settings never show a reader what failed inside."


def _sign_up(settings: Mapping[str, Any]) -> Iterator[str]:
    mode = settings.get("SIGNUP_MODE", "open")
    if mode not in SIGNUP_MODES:
        yield f"SIGNUP_MODE must be one of {', '.join(SIGNUP_MODES)}: anything else would let everybody sign up."
    elif mode == "domains" and not settings.get("SIGNUP_DOMAINS"):
        yield "SIGNUP_DOMAINS names no domain: list those whose addresses may sign up, separated by commas."
