"""Who comes in to the stewards' pages of the admin. Forbidden looks like missing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from taxonomy import access

View = Callable[..., HttpResponseBase]


def may_read(user: Any) -> bool:
    """Whether `user` works on the vocabulary in the admin: sees its tree and reports."""
    return access.can_settle(user) or bool(user.has_perm("taxonomy.view_concept"))


def for_readers(view: View) -> View:
    """Let those in who work on the vocabulary. Raises Http404 for others."""
    return _behind(view, may_read)


def for_stewards(view: View) -> View:
    """Let those in who settle terms. Raises Http404 for others."""
    return _behind(view, access.can_settle)


def _behind(view: View, may: Callable[[Any], bool]) -> View:
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return asked
