"""Where a reader, signed in or not, switches the marking of terms off and on again."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.problems.forms import own_address
from taxonomy.marking import COOKIE, OFF, SWITCH

A_YEAR = 365 * 24 * 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Says whether terms are marked, and changes it: the browser keeps a cookie that says no more than that.

    Afterwards the reader is back on the page that led here.
    """
    is_off = request.COOKIES.get(COOKIE) == OFF
    if request.method != "POST":
        return render(request, "taxonomy/marked_terms.html", {"is_off": is_off, "back": _came_from(request)})
    back = own_address(request.POST.get("back", ""))
    response = redirect(SWITCH if back == "/" else back)
    if request.POST.get("terms") == OFF:
        response.set_cookie(
            COOKIE, OFF, max_age=A_YEAR, secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _came_from(request: HttpRequest) -> str:
    """The page of this portal that the reader comes from; "/" for any other."""
    try:
        came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    except ValueError:
        return "/"
    path = own_address(came_from.path) if came_from.netloc == request.get_host() else "/"
    return "/" if path == SWITCH else path
