"""The home page, and the plain page for everything that needs no room of its own."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from portal.core.models import BasePage
from portal.home.blocks import StandardBody
from taxonomy.fields import TaggedPage


class HomePage(BasePage):
    """The root of the site. It asks what the reader is trying to do and opens three doors."""

    question = models.CharField(_("question"), max_length=120, default="What are you trying to do with shared services?")
    often_looked_for = models.CharField(
        _("often looked for"),
        max_length=300,
        blank=True,
        help_text=_("A few searches to offer under the search box, separated by commas."),
    )

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    max_count = 1
    template = "home/home_page.html"

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("question"),
        FieldPanel("often_looked_for"),
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from portal.home.views import home_context

        return {**super().get_context(request, *args, **kwargs), **home_context(self, request)}

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the deepest page on the way with one query, instead of one for each step, and let it take the rest."""
        if not path_components:
            return super().route(request, path_components)
        addresses = [
            self.url_path + "/".join(path_components[:depth]) + "/" for depth in range(1, len(path_components) + 1)
        ]
        found = Page.objects.filter(url_path__in=addresses, path__startswith=self.path).order_by("-depth").first()
        if found is None:
            return super().route(request, path_components)
        return found.specific.route(request, path_components[found.depth - self.depth :])


class StandardPage(TaggedPage, BasePage):
    """About, guidelines, the plan of action, a working group's charter: text and what stands below it."""

    body = StreamField(StandardBody(), blank=True, verbose_name=_("body"))

    template = "home/standard_page.html"

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("body"),
        *TaggedPage.concepts_panels,
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from portal.home.views import standard_context

        return {**super().get_context(request, *args, **kwargs), **standard_context(self, request)}
