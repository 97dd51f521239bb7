"""What became of each term: one row for each change, written by `taxonomy.history` with the change itself."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from taxonomy.models.proposals import Proposal
from taxonomy.models.vocabulary import Concept


class ConceptVersion(models.Model):
    """The `number`th version of a concept, and how it differs from the one before.

    `changes` is a list of {"field", "before", "after"} as `taxonomy.history.differences` makes them. The words in it
    are those of the day: a title in it stays what it was when the other concept is renamed or gone.
    """

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.SET_NULL, null=True, related_name="versions")
    changes = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["concept", "number"], name="taxonomy_version_only_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["-at", "-id"], name="taxonomy_newest_versions")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.concept_id}"
