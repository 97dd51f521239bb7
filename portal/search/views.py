"""The search page, and suggestions while typing."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.core.viewer import viewer_of
from portal.search import analytics, following
from portal.search.panels import all_facets, panel
from portal.search.vocabulary import meanings


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the reader may see, by words and filters; without words, all of it."""
    shown = panel(request, facets=all_facets())
    context = {
        "panel": shown,
        "found": shown.found,
        "search_value": shown.found.query.text,
        "meanings": meanings(shown.found.query.text, viewer_of(request)),
        "search_key": following.key_of(shown.found.query),
        "clicks_url": reverse("search_opened") if shown.found.query.text else "",
    }
    page = render_to_string("search/search.html", context, request)
    return analytics.NotingResponse(page, found=shown.found if analytics.is_first_ask(request) else None)
