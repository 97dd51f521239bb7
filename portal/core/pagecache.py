"""Stores the public pages that visitors read, and forgets all of them the moment anything public changes.

A stored page's key holds a generation number, one row of the content database that is written in the same transaction
as the change itself: when the change is committed every stored page is stale at once, in every process, and when the
cache is lost nothing else is. What may be stored at all is decided in `may_store` and `lookup_key`.
"""

import gzip
import hashlib
import logging
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import time
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, models
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from redis.exceptions import RedisError
from wagtail.models import Page, Revision, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from portal.core.models import CacheGeneration
from portal.core.signals import audience_changed, content_changed, content_removed

log = logging.getLogger(__name__)

LONGEST = timedelta(hours=1)
MOST_IN_PROCESS = 500
LONGEST_QUERY = 300
MOST_QUERY_KEYS = 12
SAFE_HEADERS = ("Content-Language", "Link")
VARY = "Accept-Encoding, Cookie"
STORED_TYPES = ("text/html", "application/xml", "text/xml", "text/plain", "text/calendar", "application/atom+xml")
# Part of every key: an entry written by another version of `StoredPage` is never read.
FORMAT = "page3"
# Whatever a cache may raise when it is away, or holds what this version cannot read.
CACHE_ERRORS = (DatabaseError, RedisError, OSError, pickle.PickleError, AttributeError, EOFError)

MESSAGES_COOKIE = "messages"

# now → the moments at which something that a room shows changes by the clock alone.
Moments = Callable[[datetime], Iterable[datetime | None]]

_known_keys: set[str] = {"page"}
_other_types: set[str] = set()
_variants: dict[str, str] = {}
_moments: dict[str, "Moments"] = {}
_near: OrderedDict[str, "StoredPage"] = OrderedDict()


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One response, ready to send plain or compressed. `expires` is in seconds since the epoch."""

    content_type: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    packed: bytes
    etag: str
    expires: float
    vary: str

    def is_known(self, if_none_match: str) -> bool:
        """Whether a reader whose `If-None-Match` header says so already has this page. Tags are compared weakly."""
        return if_none_match.strip() == "*" or self.etag.removeprefix("W/") in if_none_match


def register_query_keys(*names: str) -> None:
    """Say which query keys select a public page, so that its pages may be stored; any other key passes the cache by."""
    _known_keys.update(names)


def register_types(*names: str) -> None:
    """Say in which media types some page answers besides HTML: a request that accepts one passes the cache by."""
    _other_types.update(names)


def register_variant(cookie: str, value: str) -> None:
    """Say that visitors whose `cookie` has this `value` see pages of their own; any other value changes nothing."""
    _variants[cookie] = value


def register_moments(name: str, finder: Moments) -> None:
    """Let `finder(now)` name the next moments after which a stored page may no longer be true."""
    _moments[name] = finder


def bump() -> None:
    """Make every stored page stale when the current transaction commits."""
    if not CacheGeneration.objects.filter(pk=1).update(number=models.F("number") + 1):
        CacheGeneration.objects.create(pk=1)


def hold() -> None:
    """Let nobody else `bump` until the current transaction ends: what is read from now on is what they committed.

    SQLite lets only one transaction write anyway.
    """
    if connection.features.has_select_for_update:
        list(CacheGeneration.objects.select_for_update().filter(pk=1).values_list("pk"))


def generation() -> int:
    """The current generation number: one query on a one-row table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM core_cachegeneration WHERE id = 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def is_personal(request: HttpRequest) -> bool:
    """A session cookie may mean a person, a messages cookie means something to tell one."""
    cookies = request.COOKIES
    return bool(cookies) and (settings.SESSION_COOKIE_NAME in cookies or MESSAGES_COOKIE in cookies)


def lookup_key(request: HttpRequest) -> str | None:
    """The key under which the answer to `request` may be stored, without the generation; None if it may not be.

    Raises DisallowedHost for a host that is not ours, so that no page is stored or served under it.
    """
    # While somebody works on the templates, a page is what its template says now.
    if request.method not in {"GET", "HEAD"} or settings.DEBUG or is_personal(request):
        return None
    query = _canonical_query(request.META.get("QUERY_STRING", ""))
    accepted = request.META.get("HTTP_ACCEPT", "")
    if query is None or any(name in accepted for name in _other_types):
        return None
    cookies = request.COOKIES
    variant = "".join(f" {name}" for name, value in _variants.items() if cookies.get(name) == value) if cookies else ""
    address = f"{request.scheme}://{request.get_host()}{request.path}?{query}{variant}"
    return hashlib.blake2b(address.encode(errors="surrogatepass"), digest_size=20).hexdigest()


def _canonical_query(raw: str) -> str | None:
    """The query in one order, however it was typed; None when it holds a key that nobody registered, or too much."""
    if not raw:
        return ""
    if len(raw) > LONGEST_QUERY:
        return None
    query = parse_qsl(raw, keep_blank_values=True)
    if len(query) > MOST_QUERY_KEYS or any(name not in _known_keys for name, _value in query):
        return None
    return urlencode(sorted(query), errors="surrogatepass")


def _full(key: str, number: int) -> str:
    return f"{FORMAT}:{key}:{number}"


def load(key: str, number: int) -> StoredPage | None:
    """The stored page of this generation, from this process or the shared cache."""
    full = _full(key, number)
    page = _near.get(full)
    if page is None:
        page = _read(full)
        if page is not None:
            _remember(full, page)
    if page is None or page.expires < time():
        return None
    return page


def _read(full: str) -> StoredPage | None:
    try:
        page = cache.get(full)
    except CACHE_ERRORS as error:
        log.warning("The cache could not be read, so the page is made anew: %s", type(error).__name__)
        return None
    return page if isinstance(page, StoredPage) else None


def store(key: str, number: int, response: HttpResponse) -> StoredPage:
    """Store `response` under the generation that was current before it was made."""
    now = timezone.now()
    expires = min(now + LONGEST, next_change() or now + LONGEST)
    body = response.content
    # Weak, because the same tag stands for the plain and the compressed form.
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    kept = [(name, response.headers[name]) for name in SAFE_HEADERS if name in response.headers]
    varies = [name.strip().lower() for name in response.headers.get("Vary", "").split(",")]
    vary = f"{VARY}, Accept" if "accept" in varies else VARY
    page = StoredPage(
        content_type=response.headers["Content-Type"],
        headers=(*kept, ("ETag", etag)),
        vary=vary,
        body=body,
        packed=gzip.compress(body, 6, mtime=0),
        etag=etag,
        expires=expires.timestamp(),
    )
    full = _full(key, number)
    _remember(full, page)
    try:
        cache.set(full, page, timeout=max(1, int((expires - now).total_seconds())))
    except CACHE_ERRORS as error:
        log.warning("The cache could not be written: %s", type(error).__name__)
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
    headers = response.headers
    control = headers.get("Cache-Control", "")
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and "cookie" not in headers.get("Vary", "").lower()
        and not any(word in control for word in ("no-store", "no-cache", "private"))
        and "Content-Security-Policy" not in headers
        and "Content-Encoding" not in headers
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
        and not getattr(getattr(request, "session", None), "accessed", False)
        and headers.get("Content-Type", "").startswith(STORED_TYPES)
    )


def next_change() -> datetime | None:
    """When the next scheduled page goes live or expires, or a room's moment comes: no stored page outlives it."""
    now = timezone.now()
    moments: list[datetime | None] = [
        Page.objects.filter(live=True, expire_at__gt=now).aggregate(at=models.Min("expire_at"))["at"],
        Revision.objects.filter(approved_go_live_at__gt=now).aggregate(at=models.Min("approved_go_live_at"))["at"],
    ]
    for finder in _moments.values():
        moments += finder(now)
    return min((moment for moment in moments if moment), default=None)


@receiver([content_changed, content_removed, audience_changed], dispatch_uid="core.bump_page_cache")
@receiver(
    [page_published, page_unpublished, page_slug_changed, post_page_move], dispatch_uid="core.bump_page_cache_wagtail"
)
def bump_on_change(sender: Any, **kwargs: Any) -> None:
    """Whatever room the change is in, stored pages end with it."""
    bump()


@receiver(post_delete, dispatch_uid="core.bump_page_cache_deleted")
def bump_on_delete(sender: type[models.Model], **kwargs: Any) -> None:
    """A deleted page, image or document leaves every stored page that lists it."""
    if issubclass(sender, Page) or _is_shown(sender):
        bump()


@receiver(post_save, dispatch_uid="core.bump_page_cache_saved")
def bump_on_save(sender: type[models.Model], **kwargs: Any) -> None:
    """A replaced image, a renamed document, another root page: nothing else tells the pages that show them."""
    if _is_shown(sender):
        bump()


def _is_shown(sender: type[models.Model]) -> bool:
    from wagtail.documents.models import AbstractDocument
    from wagtail.images.models import AbstractImage

    return issubclass(sender, AbstractImage | AbstractDocument | Site)
