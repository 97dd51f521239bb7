"""Articles: columns, session notes, research and news, each ending with a question for a board."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from portal.core.blocks import BodyBlock, SourceBlock
from portal.core.models import BasePage, ReviewedPage
from taxonomy.fields import TaggedPage


class ArticleKind(models.TextChoices):
    """What sort of article it is."""

    COLUMN = "column", _("Column")
    SESSION_NOTE = "session-note", _("Session note")
    RESEARCH = "research", _("Research")
    NEWS = "news", _("News")


class InsightIndexPage(BasePage):
    """The list of articles, newest first."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["insights.ArticlePage"]
    template = "insights/index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from portal.insights.views import index_context

        return {**super().get_context(request, *args, **kwargs), **index_context(request)}


class ArticlePage(TaggedPage, ReviewedPage):
    """One article. `board` is where its question is discussed."""

    kind = models.CharField(_("kind"), max_length=12, choices=ArticleKind.choices, default=ArticleKind.COLUMN)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))
    sources = StreamField([("source", SourceBlock())], blank=True, verbose_name=_("sources"))
    question = models.CharField(
        _("question"), max_length=300, blank=True, help_text=_("The question that the article ends with.")
    )
    board = models.ForeignKey(
        Page,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("board"),
        help_text=_("Where readers discuss it."),
    )

    concept_schemes = (
        "topic",
        "service-line",
        "kit-stage",
        "funding-model",
        "delivery-model",
        "value",
        "place",
        "level",
    )
    parent_page_types: ClassVar[list[str]] = ["insights.InsightIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "insights/article.html"

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("kind"),
        FieldPanel("body"),
        FieldPanel("sources"),
        MultiFieldPanel(
            [FieldPanel("question"), PageChooserPanel("board", "forums.BoardPage")], heading=_("Discussion")
        ),
        *TaggedPage.concept_panels,
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from portal.insights.views import article_context

        return {**super().get_context(request, *args, **kwargs), **article_context(self, request)}
