"""The second factor before the admin, and before what is done for others outside it."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from portal.accounts import second_factor

Handler = Callable[[HttpRequest], HttpResponseBase]


class SecondFactorMiddleware:
    """Leads whoever may enter the admin, and has not proved a second factor in this session, to where that is done:
    before the admin, and where a view asks for it by `second_factor.check`.

    Costs nothing where it is not asked for, and one query where it is.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/admin/") or not request.user.is_authenticated:
            return self.get_response(request)
        if not second_factor.is_required(request) or second_factor.has_second_factor(request):
            return self.get_response(request)
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/admin/"
        return redirect(second_factor.way_to_it(request, back))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Led back where they can do it again: to the page with the button, if that was what they pressed."""
        if not isinstance(exception, second_factor.SecondFactorMissingError):
            return None
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else _page_before(request)
        return redirect(second_factor.way_to_it(request, back))


def _page_before(request: HttpRequest) -> str:
    """The page of ours from which a form was sent; the home page where the browser does not tell."""
    page = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    if not page or not safe:
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
