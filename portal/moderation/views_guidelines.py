"""The community's guidelines, in the version that is in force."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.moderation import guidelines


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """GET /moderation/guidelines/: what members accept; 404 before there is a version."""
    version = guidelines.present()
    if version is None:
        raise Http404
    return render(request, "moderation/guidelines.html", {"version": version})
