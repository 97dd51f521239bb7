"""What is searchable, as rows. Every engine is a projection of these; rooms never write them (see `services`)."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.models import Audience

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


class SearchEntry(models.Model):
    """One searchable thing, as its room recorded it.

    `body` ends with the text of `passages`, which are [offset in the body, address, label]. `dated` is when it was
    published, or else changed; the beginning of time where nobody knows. `delivered` is the version that a remote
    engine has acknowledged.

    Text columns are plain text without control characters. `concepts` are the slugs of the thing's own concepts,
    `sort_title` its title without case and diacritics, `content_hash` a digest of all that was recorded, and `version`
    grows by one with each write.
    """

    key = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=30)
    object_pk = models.BigIntegerField()
    title = models.CharField(max_length=300)
    sort_title = models.CharField(max_length=300, db_index=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=500)
    label = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=12, default="en")
    evidence = models.CharField(max_length=12, blank=True)
    concepts = models.JSONField(default=list, blank=True)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(null=True, blank=True)
    dated = models.DateTimeField(default=NO_DATE)
    passages = models.JSONField(default=list, blank=True)
    usefulness = models.PositiveSmallIntegerField(default=0)
    review_by = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    delivered = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=40)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "object_pk"], name="search_entry_object"),
            models.Index(fields=["audience", "kind"], name="search_entry_audience"),
            models.Index(fields=["-dated", "sort_title", "id"], name="search_entry_newest"),
            models.Index(fields=["-usefulness", "-dated", "id"], name="search_entry_useful"),
            models.Index(
                fields=["id"], condition=models.Q(version__gt=models.F("delivered")), name="search_entry_waiting"
            ),
        ]
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return self.key


class SearchFacet(models.Model):
    """That an entry has a value in a facet. Ancestors of its concepts are rows too; `concept_id` is None for others."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="facets")
    facet = models.CharField(max_length=60)
    value = models.CharField(max_length=100)
    concept_id = models.BigIntegerField(null=True, blank=True, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "facet", "value"], name="search_facet_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["facet", "value", "entry"], name="search_facet_counting"),
        ]

    def __str__(self) -> str:
        return f"{self.facet}={self.value}"


class SearchTombstone(models.Model):
    """The last version of an entry that was taken out, kept until a remote engine has acknowledged that.

    A key that comes back goes on counting from here, so that no late message about the old one overtakes it; that is
    why one that was acknowledged stays for some days. `version` is one more than the entry's last.
    """

    key = models.CharField(max_length=60, unique=True)
    version = models.PositiveIntegerField()
    acknowledged_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return self.key


class UnansweredQuery(models.Model):
    """Words for which nothing has all of them, how often they were asked and when; not by whom, nor what else they did.

    `text` is as it was last typed, `normalised` its words. The clock deletes a row that was not asked for a season.
    """

    normalised = models.CharField(max_length=120, unique=True)
    text = models.CharField(max_length=120)
    times = models.PositiveIntegerField(default=1)
    first_asked = models.DateTimeField(default=timezone.now)
    last_asked = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-times", "normalised"]
        verbose_name = _("search without results")
        verbose_name_plural = _("searches without results")

    def __str__(self) -> str:
        return self.text
