"""Case studies: what an organisation did, what came of it, and how well each figure is supported."""

from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from portal.core.blocks import BodyBlock, FactBlock, SentencesBlock, SourceBlock
from portal.core.evidence import Evidence
from portal.core.models import BasePage, ReviewedPage
from taxonomy.fields import TaggedPage

FACT_SCHEMES = (
    "level",
    "place",
    "service-line",
    "delivery-model",
    "funding-model",
    "kit-stage",
    "maturity-level",
    "value",
)


class CaseStatus(models.TextChoices):
    """How far the portal's own work on a case has come."""

    RESEARCHED = "researched", _("Researched")
    NOMINATION = "nomination", _("Nomination awaiting research")


class Better(models.TextChoices):
    """Which direction of a measure is an improvement."""

    LOWER = "lower", _("Lower is better")
    HIGHER = "higher", _("Higher is better")


class CaseIndexPage(BasePage):
    """The list of all cases, filtered by the shared vocabulary."""

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cases.CasePage"]
    template = "cases/index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cases.views import index_context

        return {**super().get_context(request, *args, **kwargs), **index_context(self, request)}


def label_of(status: str, *, illustrative: bool) -> str:
    """What stands before the title of a case: what it is if it is no researched one of a real organisation."""
    if illustrative:
        return str(_("Illustrative"))
    return str(_("Nomination")) if status == CaseStatus.NOMINATION else ""


class CasePage(TaggedPage, ReviewedPage):  # modelcluster has no types
    """One case. What the sources do not say is left empty and named in `not_reported`."""

    status = models.CharField(_("status"), max_length=12, choices=CaseStatus.choices, default=CaseStatus.RESEARCHED)
    illustrative = models.BooleanField(
        _("illustrative"),
        default=False,
        help_text=_("Made up to show a feature. Readers see a label on the card and the page."),
    )
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    facts = StreamField([("fact", FactBlock())], blank=True, verbose_name=_("facts"))
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("body"))
    lessons = StreamField(SentencesBlock(required=False), blank=True, verbose_name=_("lessons"))
    not_reported = StreamField(SentencesBlock(required=False), blank=True, verbose_name=_("not reported"))
    sources = StreamField([("source", SourceBlock())], blank=True, verbose_name=_("sources"))
    went_live = models.DateField(_("went live"), null=True, blank=True)
    checked = models.DateField(
        _("facts last checked"),
        null=True,
        blank=True,
        help_text=_("When this page was last compared with its sources."),
    )

    concept_schemes = (*FACT_SCHEMES, "topic")
    parent_page_types: ClassVar[list[str]] = ["cases.CaseIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "cases/case.html"

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("status"), FieldPanel("illustrative"), FieldPanel("organisation")], heading=_("Who and what")
        ),
        FieldPanel("facts"),
        InlinePanel("results", heading=_("Results"), label=_("result")),
        FieldPanel("body"),
        FieldPanel("lessons"),
        FieldPanel("not_reported"),
        FieldPanel("sources"),
        InlinePanel("links", heading=_("Take from it"), label=_("tool or page")),
        MultiFieldPanel([FieldPanel("went_live"), FieldPanel("checked")], heading=_("Dates")),
        *TaggedPage.concept_panels,
    ]

    def clean(self) -> None:
        """An illustrative case is not a nomination: nothing is there to be researched."""
        super().clean()
        if self.illustrative and self.status == CaseStatus.NOMINATION:
            raise ValidationError({"status": _("An illustrative case cannot be a nomination.")})

    @property
    def label(self) -> str:
        """What stands before the title on cards and hits."""
        return label_of(self.status, illustrative=self.illustrative)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cases.views import case_context

        return {**super().get_context(request, *args, **kwargs), **case_context(self, request)}


class CaseResult(Orderable):
    """One measured result, before and after on one scale, with its evidence."""

    case = ParentalKey(CasePage, on_delete=models.CASCADE, related_name="results")
    measure = models.CharField(_("measure"), max_length=120)
    unit = models.CharField(
        _("unit"), max_length=60, blank=True, help_text=_("Such as US$, %, days, per 1,000 payslips.")
    )
    before = models.DecimalField(_("before"), max_digits=14, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(_("after"), max_digits=14, decimal_places=2, null=True, blank=True)
    period = models.CharField(_("period"), max_length=60, blank=True)
    better = models.CharField(_("better"), max_length=6, choices=Better.choices, default=Better.LOWER)
    evidence = models.CharField(_("evidence"), max_length=9, choices=Evidence.choices, default=Evidence.REPORTED)
    source = models.CharField(
        _("source"), max_length=20, blank=True, help_text=_("The short name of one of the sources.")
    )
    note = models.CharField(_("note"), max_length=240, blank=True)

    panels: ClassVar[list[Any]] = [
        FieldPanel("measure"),
        FieldPanel("unit"),
        FieldPanel("before"),
        FieldPanel("after"),
        FieldPanel("period"),
        FieldPanel("better"),
        FieldPanel("evidence"),
        FieldPanel("source"),
        FieldPanel("note"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("result")

    def __str__(self) -> str:
        return self.measure

    def clean(self) -> None:
        if self.before is None and self.after is None:
            raise ValidationError({"after": _("Give the value before, the value after, or both.")})

    @property
    def change(self) -> Decimal | None:
        """Change in per cent of the value before, negative for a fall; None without a base to compare with."""
        if self.before is None or self.after is None or self.before == 0:
            return None
        return (self.after - self.before) / self.before * 100


class CaseLink(Orderable):
    """Something to take from a case: a tool, an article, another case."""

    case = ParentalKey(CasePage, on_delete=models.CASCADE, related_name="links")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+", verbose_name=_("page"))

    panels: ClassVar[list[Any]] = [PageChooserPanel("page")]

    def __str__(self) -> str:
        return self.page.title
