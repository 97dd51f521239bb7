"""What a vocabulary shares with others: texts in further languages, notations, mappings, and the schemes of a file."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from taxonomy.models.vocabulary import LONGEST_LANGUAGE, LONGEST_URI, Concept, Scheme

LONGEST_NOTATION = 200


class NoteKind(models.TextChoices):
    """SKOS's own names for its kinds of note."""

    DEFINITION = "definition", _("Definition")
    SCOPE = "scopeNote", _("Scope note")
    EXAMPLE = "example", _("Example")
    NOTE = "note", _("Note")
    HISTORY = "historyNote", _("History note")
    EDITORIAL = "editorialNote", _("Editorial note")
    CHANGE = "changeNote", _("Change note")


class Note(models.Model):
    """A text beside the concept's own three: in another language than English, a further one, or of another kind."""

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(_("kind"), max_length=16, choices=NoteKind.choices)
    language = models.CharField(_("language"), max_length=LONGEST_LANGUAGE, blank=True)
    text = models.TextField(_("text"))

    def __str__(self) -> str:
        return self.text[:80]


class Notation(models.Model):
    """A code for the concept, such as 362.5, with the address of its datatype where it has one."""

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="notations")
    text = models.CharField(_("code"), max_length=LONGEST_NOTATION)
    datatype = models.CharField(_("datatype"), max_length=LONGEST_URI, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["concept", "text", "datatype"], name="taxonomy_notation_only_once")
        ]

    def __str__(self) -> str:
        return self.text


class MappingKind(models.TextChoices):
    """How near a concept of another vocabulary is."""

    EXACT = "exactMatch", _("Exactly matches")
    CLOSE = "closeMatch", _("Closely matches")
    BROAD = "broadMatch", _("Broader elsewhere")
    NARROW = "narrowMatch", _("Narrower elsewhere")
    RELATED = "relatedMatch", _("Related elsewhere")


class Mapping(models.Model):
    """A concept of another vocabulary that this one is like. `target` is set where that one is on this portal too."""

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="mappings")
    kind = models.CharField(_("kind"), max_length=12, choices=MappingKind.choices)
    uri = models.CharField(_("address"), max_length=LONGEST_URI, db_index=True)
    target = models.ForeignKey(Concept, on_delete=models.SET_NULL, null=True, blank=True, related_name="mapped_from")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["concept", "kind", "uri"], name="taxonomy_mapping_only_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uri}"


class OutsideScheme(models.Model):
    """A ConceptScheme of an imported file. Its concepts are all in one scheme of ours, and remember which it was."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="outside_schemes")
    uri = models.CharField(_("address"), max_length=LONGEST_URI, unique=True)

    def __str__(self) -> str:
        return self.uri


class OutsideText(models.Model):
    """A name or a description of an outside scheme in a language."""

    outside = models.ForeignKey(OutsideScheme, on_delete=models.CASCADE, related_name="texts")
    is_name = models.BooleanField(default=True)
    language = models.CharField(max_length=LONGEST_LANGUAGE, blank=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:80]


class Membership(models.Model):
    """A concept's place in a scheme of an imported file; it may be in several, and on top of some."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="memberships")
    outside = models.ForeignKey(OutsideScheme, on_delete=models.CASCADE, related_name="memberships")
    is_top = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["concept", "outside"], name="taxonomy_member_only_once")
        ]

    def __str__(self) -> str:
        return f"{self.concept_id} in {self.outside_id}"
