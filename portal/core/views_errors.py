"""What a reader gets when something is refused, missing or broken. An error page must not fail itself."""

import logging
import sys
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.core.viewer import VISITOR

log = logging.getLogger(__name__)

# When whoever was told that the database is away may come again: one that was stopped is back by then.
RETRY_SECONDS = 30
LAST_WORDS = "<!doctype html><title>{0}</title><h1>{0}</h1><p>Please try again in a few minutes.</p>"


def _answer(request: HttpRequest | None, status: HTTPStatus) -> HttpResponse:
    """The page of `status`; without a template context, or in the last resort one plain sentence, if that fails."""
    template = f"{status.value}.html"
    if request is not None and not hasattr(request, "user"):
        request._viewer = VISITOR  # type: ignore[attr-defined]  # refused before anybody was looked up
    try:
        body: str = render_to_string(template, request=request)
    except Exception:  # whatever broke, the reader still gets a sentence
        log.exception("The page for %s could not be rendered", status.value)
        body = LAST_WORDS.format(status.phrase)
    return HttpResponse(body, status=status.value, headers={"Cache-Control": "private, no-store"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read; 413 where that is because a form holds more than one may."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return _answer(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: understood, and not for this viewer."""
    return _answer(request, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None, **kwargs: Any) -> HttpResponse:
    """404: there is no such page for this viewer. A signed-out reader is offered to sign in and come back."""
    return _answer(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database is away; rendered without a context, because it may be what is broken."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return _answer(None, HTTPStatus.INTERNAL_SERVER_ERROR)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: nothing can be read or written for a moment."""
    answer = _answer(None, HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer
