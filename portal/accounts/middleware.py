"""The second factor before the admin."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from portal.accounts import second_factor

Handler = Callable[[HttpRequest], HttpResponseBase]


class SecondFactorMiddleware:
    """Leads whoever may enter the admin, and has not proved a second factor in this session, to where that is done.

    Costs nothing outside the admin, and one query in it.
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
