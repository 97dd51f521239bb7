"""The starter kit: five stages in order, and in each the tools to take and adapt."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.documents import get_document_model_string
from wagtail.fields import StreamField
from wagtail.models import Orderable

from portal.core.blocks import BodyBlock, SentencesBlock
from portal.core.models import BasePage, ReviewedPage
from taxonomy.fields import TaggedPage


class ToolKind(models.TextChoices):
    """What sort of thing a tool is."""

    TEMPLATE = "template", _("Template")
    CHECKLIST = "checklist", _("Checklist")
    WORKSHEET = "worksheet", _("Worksheet")
    GUIDE = "guide", _("Guide")


class StepBlock(blocks.StructBlock):
    """One step of a stage."""

    title = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock()

    class Meta:
        icon = "order"


class ToolkitIndexPage(BasePage):
    """The starter kit's front page: the five stages and what each offers."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["toolkit.KitStagePage"]
    template = "toolkit/index.html"

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("body")]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from toolkit.views import index_context

        return {**super().get_context(request, *args, **kwargs), **index_context(request)}


class KitStagePage(TaggedPage, ReviewedPage):
    """One stage: the question it answers, its steps, what to watch for, and its tools."""

    number = models.PositiveSmallIntegerField(
        _("number"), default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    short_title = models.CharField(
        _("short title"), max_length=40, help_text=_("One or two words for the row of stages.")
    )
    question = models.CharField(_("question"), max_length=200, help_text=_("What this stage answers."))
    questions = StreamField(SentencesBlock(required=False), blank=True, verbose_name=_("questions to answer"))
    steps = StreamField([("step", StepBlock())], blank=True, verbose_name=_("steps"))
    watch_out = StreamField(SentencesBlock(required=False), blank=True, verbose_name=_("watch out for"))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))

    concept_schemes = ("kit-stage", "maturity-level", "service-line", "value", "topic")
    parent_page_types: ClassVar[list[str]] = ["toolkit.ToolkitIndexPage"]
    subpage_types: ClassVar[list[str]] = ["toolkit.ToolPage"]
    template = "toolkit/stage.html"

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("number"), FieldPanel("short_title"), FieldPanel("question")], heading=_("Stage")),
        FieldPanel("questions"),
        FieldPanel("steps"),
        FieldPanel("watch_out"),
        FieldPanel("body"),
        *TaggedPage.concept_panels,
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from toolkit.views import stage_context

        return {**super().get_context(request, *args, **kwargs), **stage_context(self, request)}


class ToolPage(TaggedPage, ReviewedPage):  # modelcluster has no types
    """One tool: what it is for, how to use it, what to adapt, and the files to take."""

    kind = models.CharField(_("kind"), max_length=10, choices=ToolKind.choices, default=ToolKind.TEMPLATE)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("Roughly how long a first version takes.")
    )
    source = models.CharField(_("source"), max_length=200, blank=True, help_text=_("Where its content comes from."))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("how to use it"))
    adapt = StreamField(SentencesBlock(required=False), blank=True, verbose_name=_("what to adapt"))

    concept_schemes = ("kit-stage", "maturity-level", "service-line", "value", "topic")
    parent_page_types: ClassVar[list[str]] = ["toolkit.KitStagePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "toolkit/tool.html"

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("kind"), FieldPanel("minutes"), FieldPanel("source")], heading=_("The tool")),
        InlinePanel("files", heading=_("Files"), label=_("file")),
        FieldPanel("body"),
        FieldPanel("adapt"),
        *TaggedPage.concept_panels,
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from toolkit.views import tool_context

        return {**super().get_context(request, *args, **kwargs), **tool_context(self, request)}


class ToolFile(Orderable):
    """A file of a tool, to download."""

    tool = ParentalKey(ToolPage, on_delete=models.CASCADE, related_name="files")
    document = models.ForeignKey(
        get_document_model_string(), on_delete=models.CASCADE, related_name="+", verbose_name=_("document")
    )

    panels: ClassVar[list[Any]] = [FieldPanel("document")]

    def __str__(self) -> str:
        return self.document.title
