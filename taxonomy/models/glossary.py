"""The page under which every term of the vocabulary has its address."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.compat import HTTPMethod
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from portal.core.models import BasePage
from taxonomy.models.glossary_routes import ProposalRoutes


class GlossaryPage(ProposalRoutes, RoutablePageMixin, BasePage):
    """The glossary: its index, and below it one address for each concept."""

    max_count = 1
    subpage_types: ClassVar[list[str]] = []
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels]
    allowed_http_methods: ClassVar[list[Any]] = [*BasePage.allowed_http_methods, HTTPMethod.POST]

    class Meta:
        verbose_name = _("glossary")

    @path("", name="index")
    def index(self, request: HttpRequest) -> HttpResponse:
        """A-Z, tree, by scheme, and search within."""
        from taxonomy import views

        return views.index(request, self)

    @path("<str:slug>/", name="term")
    def term(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One concept."""
        from taxonomy import views

        return views.term(request, self, slug)
