"""What search engines elsewhere may read: every page and searchable thing that is everybody's, and nothing else."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from portal.core.audiences import PUBLIC_AUDIENCE_ID
from portal.core.urlpaths import address_of
from portal.search import registry
from portal.search.models import SearchEntry

# What a crawler has no business with: forms, lists of lists, and doors.
CLOSED_TO_ROBOTS = ("/admin/", "/accounts/", "/documents/", "/members/", "/report/", "/search/")


class Pages(Sitemap["tuple[str, datetime | None]"]):
    """The pages of the tree."""

    def items(self) -> "QuerySet[Page, tuple[str, datetime | None]]":
        pages = Page.objects.filter(live=True, depth__gt=1, gate__audience_id=PUBLIC_AUDIENCE_ID).order_by("path")
        return pages.values_list("url_path", "last_published_at")

    def location(self, item: tuple[str, datetime | None]) -> str:
        return address_of(item[0])

    def lastmod(self, item: tuple[str, datetime | None]) -> datetime | None:
        return item[1]


class Things(Sitemap["tuple[str, datetime | None]"]):
    """What hangs on pages without being pages: questions, terms."""

    def items(self) -> "QuerySet[SearchEntry, tuple[str, datetime | None]]":
        pages = [kind.name for kind in registry.kinds() if issubclass(kind.model, Page)]
        found = SearchEntry.objects.filter(audience_id=PUBLIC_AUDIENCE_ID).exclude(kind__in=pages).order_by("pk")
        return found.exclude(url__startswith="/documents/").values_list("url", "updated_at")

    def location(self, item: tuple[str, datetime | None]) -> str:
        return item[0]

    def lastmod(self, item: tuple[str, datetime | None]) -> datetime | None:
        return item[1]


SITEMAPS: dict[str, Any] = {"pages": Pages, "things": Things}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """/robots.txt"""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS)]
    lines += ["", f"Sitemap: {settings.BASE_URL.rstrip('/')}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
