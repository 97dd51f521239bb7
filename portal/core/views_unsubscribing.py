"""Where the link in a letter leads by which such letters end."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.core import unsubscribing


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST ends: programs that follow the links of a letter change nothing.

    A mail program posts without a cookie and without a form's token (RFC 8058). Whoever could forge such a request
    holds the letter already: the address itself is the secret.
    """
    found = unsubscribing.find(token)
    if found is None:
        return render(request, "core/unsubscribe_unknown.html", status=404)
    is_ended = request.method == "POST" or not found.is_active
    if request.method == "POST":
        unsubscribing.end(token)
    response = render(request, "core/unsubscribe.html", {"subscription": found, "is_ended": is_ended})
    # The address must not leak to where the reader goes from here.
    response["Referrer-Policy"] = "no-referrer"
    return response
