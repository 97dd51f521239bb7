"""One address, two bytes."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def ok(request: HttpRequest) -> HttpResponse:
    """The least that Django can answer."""
    return HttpResponse(b"ok", content_type="text/plain")


urlpatterns = [path("", ok)]
