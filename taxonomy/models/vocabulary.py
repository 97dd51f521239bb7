"""The vocabulary's tables. Rows are written by `taxonomy.services` only, which keeps closure and version right."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

LONGEST_LABEL = 500
LONGEST_NORMALISED = 1000
LONGEST_LANGUAGE = 35  # what BCP 47 asks everybody to have room for
LONGEST_URI = 500
# BCP 47's code for "no linguistic content": the language of a title that is none of the concept's preferred labels.
NO_LANGUAGE = "zxx"


class Status(models.TextChoices):
    """How far a term has come. Nothing but an agreed concept widens a search."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    DEPRECATED = "deprecated", _("Deprecated")


class Scheme(models.Model):
    """A set of concepts about one thing: service lines, places, funding models. Its slug is the name of its facet."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    is_facet = models.BooleanField(
        _("is a filter"), default=True, help_text=_("Readers can filter lists and search results by this scheme.")
    )
    is_ordered = models.BooleanField(
        _("has an order of its own"),
        default=False,
        help_text=_("Show concepts by their order number (stages, levels) instead of by the alphabet."),
    )
    order = models.PositiveIntegerField(_("order"), default=0, help_text=_("Smaller numbers come first."))
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "title"]
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")

    def __str__(self) -> str:
        return self.title


class ConceptQuerySet(models.QuerySet["Concept", "Concept"]):
    """Concepts, narrowed by how far they have come."""

    def agreed(self) -> Self:
        return self.filter(status=Status.AGREED)

    def current(self) -> Self:
        """Everything in use: all but the deprecated."""
        return self.exclude(status=Status.DEPRECATED)


ConceptManager = models.Manager.from_queryset(ConceptQuerySet)


class Concept(ClusterableModel):
    """One meaning: a glossary term, a facet value and a group of synonyms at once.

    `title` repeats the preferred label without jurisdiction in `title_language`, which is English wherever there is
    such a label; a thesaurus without English has another one, and "" for a label that says none. A concept without
    any preferred label borrows its title (an alternative label, a notation, the end of its address) and has there
    NO_LANGUAGE. `definition` is Markdown, and `definition_html` what it renders to; scope note and example are plain
    text. These three are English; texts in other languages are `Note` rows.

    `uri` is the address of a concept that was made elsewhere; our own have none but their page's.

    A concept that was merged keeps its row: its address leads to `merged_into`, which is itself never one that was
    merged.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="concepts", verbose_name=_("scheme"))
    slug = models.SlugField(
        _("slug"), max_length=100, unique=True, help_text=_("Part of the term's permanent address. It never changes.")
    )
    title = models.CharField(
        _("preferred label"), max_length=LONGEST_LABEL, help_text=_("The term in English as used across jurisdictions.")
    )
    title_language = models.CharField(max_length=LONGEST_LANGUAGE, default="en", blank=True, editable=False)
    uri = models.CharField(max_length=LONGEST_URI, null=True, blank=True, unique=True, editable=False)
    definition = models.TextField(
        _("definition"), blank=True, help_text=_("One or two sentences. Markdown is welcome.")
    )
    definition_html = models.TextField(editable=False, blank=True)
    scope_note = models.TextField(
        _("scope note"), blank=True, help_text=_("How the term is used here, and what it does not cover.")
    )
    example = models.TextField(_("example"), blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
        help_text=_("For a deprecated term: the term to use instead."),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="merged"
    )
    order = models.PositiveIntegerField(
        _("order"), default=0, help_text=_("Used where the scheme has an order of its own.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ConceptManager] = ConceptManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["title"]
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["scheme", "order", "title"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The term's permanent, site-relative address."""
        return concept_url(self.slug)


def concept_url(slug: str) -> str:
    """The permanent address of the concept with `slug`, relative to the site."""
    return f"/glossary/{slug}/"


class LabelKind(models.TextChoices):
    """What a label is for: to be shown, to be found by, or to be found by without ever being shown."""

    PREF = "pref", _("Preferred")
    ALT = "alt", _("Alternative")
    HIDDEN = "hidden", _("Hidden (misspellings)")


class Label(models.Model):
    """A word for a concept in a language and, where usage differs, a jurisdiction ("" is everywhere)."""

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="labels")
    text = models.CharField(_("text"), max_length=LONGEST_LABEL)
    language = models.CharField(
        _("language"),
        max_length=LONGEST_LANGUAGE,
        default="en",
        blank=True,
        help_text=_("Language code, such as en or fr-CA. Empty: none is known."),
    )
    jurisdiction = models.CharField(
        _("jurisdiction"),
        max_length=8,
        blank=True,
        default="",
        help_text=_("Country code, such as US, CA or UK. Empty: everywhere."),
    )
    kind = models.CharField(_("kind"), max_length=6, choices=LabelKind.choices, default=LabelKind.ALT)
    normalised = models.CharField(max_length=LONGEST_NORMALISED, editable=False, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["concept", "language", "jurisdiction"],
                condition=models.Q(kind="pref"),
                name="taxonomy_one_preferred_label",
            ),
            models.UniqueConstraint(
                fields=["concept", "language", "jurisdiction", "text"], name="taxonomy_label_only_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class BroaderLink(models.Model):
    """`broader` is directly above `concept`. A concept may have several."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="broader_links")
    broader = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="narrower_links")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["concept", "broader"], name="taxonomy_broader_only_once"),
            models.CheckConstraint(
                condition=~models.Q(concept=models.F("broader")), name="taxonomy_not_broader_than_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.concept_id} under {self.broader_id}"


class RelatedLink(models.Model):
    """An association. Each is two rows, one from either side."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="related_links")
    related = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["concept", "related"], name="taxonomy_related_only_once"),
            models.CheckConstraint(
                condition=~models.Q(concept=models.F("related")), name="taxonomy_not_related_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.concept_id} with {self.related_id}"


class Ancestry(models.Model):
    """The closure of `BroaderLink`: every ancestor of every concept, `depth` steps up at least (1 is direct)."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="ancestry")
    ancestor = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="descent")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["concept", "ancestor"], name="taxonomy_ancestor_only_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["ancestor", "concept"])]

    def __str__(self) -> str:
        return f"{self.ancestor_id} is {self.depth} above {self.concept_id}"


class VocabularyVersion(models.Model):
    """One row that every change of the vocabulary writes, in its own transaction.

    `number` is for people; `token` is new each time, so that what a process keeps in memory under the token of a
    transaction that was rolled back is never taken for something that was committed.
    """

    number = models.PositiveBigIntegerField(default=1)
    token = models.CharField(max_length=32)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.number)
