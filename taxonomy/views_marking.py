"""Where a reader, signed in or not, switches the marking of terms off and on again."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.services import mark_terms
from portal.accounts.signing_in import member_of
from portal.core.finishing import Place
from portal.core.problems.forms import own_address
from portal.core.viewer import viewer_of
from taxonomy import marking
from taxonomy.marking import COOKIE, OFF, SWITCH

A_YEAR = 365 * 24 * 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Says whether terms are marked, and changes it: for a member in the account, for a visitor by a cookie that says
    no more than that.

    Afterwards the reader is back on the page that led here.
    """
    member = member_of(request) if viewer_of(request).is_member else None
    if request.method != "POST":
        is_off = marking.is_off(Place(cookies=request.COOKIES, member=member))
        context = {"is_off": is_off, "is_member": member is not None, "back": _came_from(request)}
        return render(request, "taxonomy/marked_terms.html", context)
    back = own_address(request.POST.get("back", ""))
    response = redirect(SWITCH if back == "/" else back)
    if member is not None:
        mark_terms(member, request.POST.get("terms") != OFF)
    elif request.POST.get("terms") == OFF:
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
