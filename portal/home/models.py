"""The home page, and the plain page for everything that needs no room of its own."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from portal.core.models import BasePage, ReviewedPage
from portal.home.blocks import StandardBody
from taxonomy.fields import TaggedPage


class HomePage(BasePage):
    """The root of the site. It asks what the reader is trying to do and opens three doors."""

    question = models.CharField(
        _("question"), max_length=120, default="What are you trying to do with shared services?"
    )
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


class StandardPage(TaggedPage, ReviewedPage):
    """About, guidelines, the plan of action, a page of a working group: text and what stands below it."""

    body = StreamField(StandardBody(), blank=True, verbose_name=_("body"))

    template = "home/standard_page.html"

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("body"),
        *TaggedPage.concept_panels,
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from portal.home.views import standard_context

        return {**super().get_context(request, *args, **kwargs), **standard_context(self, request)}
