"""Suggestions while a reader types, in groups; and the document by which a browser learns of this search."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.viewer import viewer_of
from portal.search import services
from portal.search.contract import Hit

# What is asked of the engine, so that short titles of one kind leave room for the others.
ASKED = 24
DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Group:
    """Some of what was found, under a heading."""

    name: str
    hits: list[Hit]


def groups_of(hits: Iterable[Hit]) -> list[Group]:
    """Terms, people and everything else, each with its first ones in the order given; none that is empty."""
    sorts: dict[str, list[Hit]] = {"term": [], "": [], "member": []}
    for hit in hits:
        sorts[hit.kind if hit.kind in sorts else ""].append(hit)
    named = (("term", _("Terms"), 3), ("", _("Titles"), 5), ("member", _("People"), 3))
    return [Group(name, sorts[kind][:most]) for kind, name, most in named if sorts[kind]]


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """What the reader may see and may be looking for, by the beginning of its title: two queries.

    {"groups": [{"name", "items": [{"title", "url", "kind"}]}]}; with format=opensearch what browsers expect.
    """
    text = request.GET.get("q", "")
    groups = groups_of(services.suggest(text, viewer_of(request), ASKED))
    if request.GET.get("format") == "opensearch":
        return _private(_for_browsers(text, groups), "application/x-suggestions+json")
    shown = [
        {
            "name": group.name,
            "items": [{"title": hit.title, "url": hit.url, "kind": hit.kind_label} for hit in group.hits],
        }
        for group in groups
    ]
    return _private({"groups": shown}, "application/json")


def _for_browsers(text: str, groups: list[Group]) -> list[Any]:
    """[what was typed, [titles], [what each is], [addresses]]"""
    hits = [hit for group in groups for hit in group.hits]
    base = settings.BASE_URL.rstrip("/")
    return [text, [hit.title for hit in hits], [hit.kind_label for hit in hits], [base + hit.url for hit in hits]]


def _private(answer: Any, content_type: str) -> JsonResponse:
    # It depends on who asks, and no cache between us and them may keep it for another.
    headers = {"Cache-Control": "private, max-age=60", "Vary": "Cookie"}
    return JsonResponse(answer, safe=False, content_type=content_type, headers=headers)


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """The OpenSearch description document: a browser that knows it can search the portal from its address bar."""
    base = settings.BASE_URL.rstrip("/")
    context = {
        "results": f"{base}{reverse('search')}?q={{searchTerms}}",
        "suggestions": f"{base}{reverse('search_suggest')}?format=opensearch&q={{searchTerms}}",
        "itself": f"{base}{reverse('search_description')}",
    }
    response = render(request, "search/opensearch.xml", context, "application/opensearchdescription+xml")
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response
