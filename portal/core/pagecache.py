"""Stores the public pages that visitors read, and forgets all of them the moment anything public changes.

A stored page's key holds a generation number, one row of the content database that is written in the same transaction
as the change itself: when the change is committed every stored page is stale at once, in every process, and when the
cache is lost nothing else is. What may be stored at all is decided in `may_store` and `lookup_key`.
"""

import gzip
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.cache import cache
from django.db import connection, models
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.core.models import CacheGeneration
from portal.core.signals import audience_changed, content_changed, content_removed

LONGEST = timedelta(hours=1)
MOST_IN_PROCESS = 500
SAFE_HEADERS = ("Content-Type", "Content-Language", "Link")

_known_keys: set[str] = {"page"}
_near: OrderedDict[str, "StoredPage"] = OrderedDict()


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One response, ready to send plain or compressed."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes
    etag: str
    expires: float


def register_query_keys(*names: str) -> None:
    """Say which query keys select a public page, so that its pages may be stored; any other key passes the cache by."""
    _known_keys.update(names)


def bump() -> None:
    """Make every stored page stale when the current transaction commits."""
    if not CacheGeneration.objects.filter(pk=1).update(number=models.F("number") + 1):
        CacheGeneration.objects.create(pk=1)


def generation() -> int:
    """The current generation number: one query on a one-row table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM core_cachegeneration WHERE id = 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def lookup_key(request: HttpRequest) -> str | None:
    """The key under which the answer to `request` may be stored, without the generation; None if it may not be."""
    if request.method not in {"GET", "HEAD"} or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    query = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    if any(name not in _known_keys for name, _value in query) or len(query) > 12:
        return None
    address = f"{request.scheme}://{request.get_host()}{request.path}?{urlencode(sorted(query))}"
    return "page:" + hashlib.blake2b(address.encode(), digest_size=20).hexdigest()


def load(key: str, number: int) -> StoredPage | None:
    """The stored page of this generation, from this process or the shared cache."""
    full = f"{key}:{number}"
    page = _near.get(full)
    if page is None:
        page = cache.get(full)
        if page is not None:
            _remember(full, page)
    if page is None or page.expires < timezone.now().timestamp():
        return None
    return page


def store(key: str, number: int, response: HttpResponse) -> StoredPage:
    """Store `response` under the generation that was current before it was made."""
    expires = min(timezone.now() + LONGEST, next_change() or timezone.now() + LONGEST)
    body = response.content
    page = StoredPage(
        headers=tuple((name, response[name]) for name in SAFE_HEADERS if name in response),
        body=body,
        packed=gzip.compress(body, 6, mtime=0),
        etag=f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"',
        expires=expires.timestamp(),
    )
    full = f"{key}:{number}"
    _remember(full, page)
    cache.set(full, page, timeout=max(1, int((expires - timezone.now()).total_seconds())))
    return page


def _remember(full: str, page: StoredPage) -> None:
    _near[full] = page
    while len(_near) > MOST_IN_PROCESS:
        _near.popitem(last=False)


def forget_process() -> None:
    """Drop what this process holds; the shared cache keeps its own."""
    _near.clear()


def may_store(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Only whole public answers that touched no session, user, message or form token."""
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and "Cookie" not in response.get("Vary", "")
        and "no-store" not in response.get("Cache-Control", "")
        and "private" not in response.get("Cache-Control", "")
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
        and not getattr(getattr(request, "session", None), "accessed", False)
        and response.get("Content-Type", "").startswith(("text/html", "application/xml", "text/plain"))
    )


def next_change() -> datetime | None:
    """When the next scheduled page goes live or expires, so that no stored page outlives it."""
    from wagtail.models import Page, Revision

    now = timezone.now()
    moments: list[datetime | None] = [
        Page.objects.filter(live=True, expire_at__gt=now).aggregate(at=models.Min("expire_at"))["at"],
        Revision.objects.filter(approved_go_live_at__gt=now).aggregate(at=models.Min("approved_go_live_at"))["at"],
    ]
    return min((moment for moment in moments if moment), default=None)


@receiver([content_changed, content_removed, audience_changed], dispatch_uid="core.bump_page_cache")
def bump_on_change(sender: Any, **kwargs: Any) -> None:
    """Whatever room the change is in, stored pages end with it."""
    bump()
