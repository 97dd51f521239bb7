"""The glossary's public pages."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from taxonomy.models import GlossaryPage


def index(request: HttpRequest, page: "GlossaryPage") -> HttpResponse:
    return HttpResponse(page.title)


def term(request: HttpRequest, page: "GlossaryPage", slug: str) -> HttpResponse:
    return HttpResponse(slug)
