"""The search page, and suggestions while typing."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core.viewer import viewer_of
from portal.search import services, state, unanswered
from portal.search.contract import SearchPage
from portal.search.facets import EVIDENCE, KIND
from portal.search.vocabulary import facet_schemes, meanings

MOST_SHOWN_SYNONYMS = 6


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the reader may see, by words and filters; without words, all of it."""
    facets = (KIND, *(scheme.slug for scheme in facet_schemes()), EVIDENCE)
    query = state.query_from(request.GET, facets=tuple(dict.fromkeys(facets)))
    found = state.with_links(services.search(query, viewer_of(request)), request.GET, request.path)
    if request.method == "GET":
        unanswered.note(found)
    return render(request, "search/search.html", _context(found, request))


def _context(found: SearchPage, request: HttpRequest) -> dict[str, Any]:
    params, path = request.GET, request.path
    return {
        "found": found,
        "search_value": found.query.text,
        "meanings": meanings(found.query.text),
        "synonyms": found.expanded[:MOST_SHOWN_SYNONYMS],
        "exact_url": state.url_with(found, params, path, exact="1"),
        "wide_url": state.url_with(found, params, path, exact=""),
        "suggestion_url": state.url_with(found, params, path, q=found.suggestion),
        "clear_url": state.clear_url(found, params, path),
        "sorts": state.sort_links(found, params, path),
        "is_filtered": bool(found.query.filters),
    }


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """At most eight things by the beginning of their title: a list of {title, url, kind}."""
    hits = services.suggest(request.GET.get("q", ""), viewer_of(request))
    answer = [{"title": hit.title, "url": hit.url, "kind": hit.kind_label} for hit in hits]
    # It depends on who asks, and no cache between us and them may keep it for another.
    return JsonResponse(answer, safe=False, headers={"Cache-Control": "private, max-age=60", "Vary": "Cookie"})
