"""The portal's own middleware, in the order in which settings list it."""

import json
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from csp.utils import build_policy, default_config
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

from portal.core import pagecache
from portal.core.admin_narrowing import check_address, sight_of
from portal.core.compressing import compress
from portal.core.health import PROBES
from portal.core.logs import request_id
from portal.core.numbers import check_numbers
from portal.core.sight import narrowed_to
from portal.core.viewer import VISITOR

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
Handler = Callable[[HttpRequest], HttpResponseBase]

access_log = logging.getLogger("portal.access")


class RequestLogMiddleware:
    """Gives each request an id, answers with it, and writes one access line without query strings or addresses.

    Health probes are answered here: they come every few seconds, by http and by any host name.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        if probe is not None:
            return probe(request)
        name = uuid.uuid4().hex
        token = request_id.set(name)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = name
            if access_log.isEnabledFor(logging.INFO):
                access_log.info(
                    "%s %s %s",
                    request.method,
                    json.dumps(request.path),
                    response.status_code,
                    extra={"milliseconds": round((time.perf_counter() - started) * 1000, 1)},
                )
            return response
        finally:
            request_id.reset(token)


def policy(setting: dict[str, Any]) -> str:
    """The header's value for one of the Content-Security-Policy settings, in django-csp's shape."""
    return build_policy(config=default_config(setting["DIRECTIVES"]))


class SecurityHeadersMiddleware:
    """Content-Security-Policy, Permissions-Policy and X-Frame-Options on every answer, stored pages included.

    The policies are django-csp's, made once: its own middleware would build the same text for each request. An answer
    that brought its own policy (a document) keeps it. Django's error page for developers is left alone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.public = policy(settings.CONTENT_SECURITY_POLICY)
        self.admin = policy(settings.ADMIN_CONTENT_SECURITY_POLICY)
        self.permissions: str = settings.PERMISSIONS_POLICY
        self.frame: str = settings.X_FRAME_OPTIONS
        self.shows_tracebacks: bool = settings.DEBUG

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers["Permissions-Policy"] = self.permissions
        headers["X-Frame-Options"] = self.frame
        if self.shows_tracebacks and response.status_code in {404, 500}:
            return response
        if "Content-Security-Policy" not in headers:
            in_admin = request.path_info.startswith("/admin/")
            headers["Content-Security-Policy"] = self.admin if in_admin else self.public
        return response


class PageCacheMiddleware:
    """Answers visitors from stored pages (see `portal.core.pagecache`) and stores what may be stored.

    What is not stored is compressed on its way out.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = pagecache.lookup_key(request)
        if key is None:
            return self._finish(request, self.get_response(request))
        number = pagecache.generation()
        page = pagecache.load(key, number)
        if page is None:
            response = self.get_response(request)
            if not isinstance(response, HttpResponse) or request.method == "HEAD":
                return self._finish(request, response)
            if not pagecache.may_store(request, response):
                return self._finish(request, response)
            page = pagecache.store(key, number, response)
        return answer(request, page)

    def _finish(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        # A part of a file is counted in bytes of the file itself.
        return response if "Accept-Ranges" in response.headers else compress(request, response)


def answer(request: HttpRequest, page: pagecache.StoredPage) -> HttpResponse:
    """The stored `page` as `request` asked for it: nothing new (304), the head alone, compressed or plain."""
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known and page.is_known(known):
        response: HttpResponse = HttpResponseNotModified()
        response.headers["ETag"] = page.etag
    else:
        packed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        body = page.packed if packed else page.body
        response = HttpResponse(b"" if request.method == "HEAD" else body, content_type=page.content_type)
        for name, value in page.headers:
            response.headers[name] = value
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(body))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = page.vary
    return response


class ViewerMiddleware:
    """Makes a request without a session cookie a visitor's at once, so that nothing asks for a session."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            request._viewer = VISITOR  # type: ignore[attr-defined]
        return self.get_response(request)


class AdminDoorMiddleware:
    """To a member who may not enter the admin it is not there. Visitors are asked to sign in, as Wagtail does.

    Who may enter, and is no administrator, reads there only what `portal.core.admin_narrowing` lets them see.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Raises Http404. Sending a signed-in member to the sign-in page, as Wagtail would, leads round in a circle."""
        in_admin = request.path_info.startswith("/admin/") and request.user.is_authenticated
        if in_admin and not request.user.has_perm("wagtailadmin.access_admin"):
            raise Http404
        reads = in_admin and request.method in SAFE_METHODS
        with narrowed_to(sight_of(request.user) if reads else None):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Raises Http404 for an address that names what cannot be, or in the admin what the user may not see."""
        check_numbers(request)
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            with narrowed_to(None):
                check_address(request)
