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
    source = models.CharField(max_length=200, blank=True)
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


class SearchAttachment(models.Model):
    """That a document hangs on the thing of an entry, whether or not its text is in the entry (see `documents`)."""

    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="attachments")
    document_id = models.BigIntegerField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "document_id"], name="search_attachment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: document {self.document_id}"


class DocumentText(models.Model):
    """The text of a file, by the hash that Wagtail gives its content, so that each content is read once.

    "" for a file that cannot be read or has no words.
    """

    file_hash = models.CharField(max_length=40, unique=True)
    text = models.TextField(blank=True)
    read_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.file_hash


class AskedQuery(models.Model):
    """Words that were searched for: how often, how often nothing had all of them, and when; never by whom.

    `text` is as it was last typed, `normalised` its words. `empty` of the `missed` times nothing was found at all. The
    clock deletes what nobody asked for a season. A steward who gives the words to a term sets both back.
    """

    normalised = models.CharField(max_length=120, unique=True)
    text = models.CharField(max_length=120)
    times = models.PositiveIntegerField(default=1)
    missed = models.PositiveIntegerField(default=0, db_index=True)
    empty = models.PositiveIntegerField(default=0)
    first_asked = models.DateTimeField(default=timezone.now)
    last_asked = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-times", "normalised"]
        verbose_name = _("search")
        verbose_name_plural = _("searches")

    def __str__(self) -> str:
        return self.text


class OpenedHit(models.Model):
    """How often the hit at `position` (1 is the first) of a search was the first that its reader opened."""

    query = models.ForeignKey(AskedQuery, on_delete=models.CASCADE, related_name="opened")
    position = models.PositiveSmallIntegerField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["query", "position"], name="search_opened_once"),
        ]

    def __str__(self) -> str:
        return f"{self.query_id}: {self.position}"
