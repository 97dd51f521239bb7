"""The portal's own middleware, in the order in which settings list it."""

import json
import logging
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from portal.core import pagecache
from portal.core.viewer import VISITOR

Handler = Callable[[HttpRequest], HttpResponseBase]

request_id: ContextVar[str] = ContextVar("request_id", default="")
access_log = logging.getLogger("portal.access")


class RequestLogMiddleware:
    """Gives each request an id, answers with it, and writes one access line without query strings or addresses."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = request_id.set(uuid.uuid4().hex)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
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


class PageCacheMiddleware:
    """Answers visitors from stored pages (see `portal.core.pagecache`) and stores what may be stored.

    What is not stored is compressed on its way out by Django's own middleware, which pads against BREACH.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.compress = GZipMiddleware(lambda request: HttpResponse()).process_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = pagecache.lookup_key(request)
        if key is None:
            return self._uncached(request)
        number = pagecache.generation()
        page = pagecache.load(key, number)
        if page is None:
            response = self.get_response(request)
            if not pagecache.may_store(request, response):
                return self._finish(request, response)
            assert isinstance(response, HttpResponse)
            page = pagecache.store(key, number, response)
        return self._answer(request, page)

    def _uncached(self, request: HttpRequest) -> HttpResponseBase:
        return self._finish(request, self.get_response(request))

    def _finish(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-cache"
        return self.compress(request, response)  # type: ignore[arg-type]

    def _answer(self, request: HttpRequest, page: pagecache.StoredPage) -> HttpResponse:
        response: HttpResponse
        if request.META.get("HTTP_IF_NONE_MATCH") == page.etag:
            response = HttpResponseNotModified()
        elif "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
            response = HttpResponse(page.packed)
            response["Content-Encoding"] = "gzip"
        else:
            response = HttpResponse(page.body)
        for name, value in page.headers:
            response[name] = value
        if response.status_code == 200:
            response["Content-Length"] = str(len(response.content))
        response["ETag"] = page.etag
        response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
        return response


class ViewerMiddleware:
    """Makes a request without a session cookie a visitor's at once, so that nothing asks for a session."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            request._viewer = VISITOR  # type: ignore[attr-defined]
        return self.get_response(request)
