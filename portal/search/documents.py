"""Documents attached to what is searchable: whose text may stand in whose entry, and how a file comes to be read."""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model

from portal.core.audiences import admits_all_of
from portal.core.models import Audience
from portal.search import extraction
from portal.search.contract import Passage, SearchRecord
from portal.search.models import DocumentText, SearchAttachment

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attached:
    """A document as an entry shows it; `text` is None until its file has been read."""

    pk: int
    title: str
    url: str
    audience: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Library:
    """The documents of some records, and the keys of their audiences."""

    documents: Mapping[int, Attached] = field(default_factory=dict)
    audiences: Mapping[int, str] = field(default_factory=dict)

    @property
    def unread(self) -> list[int]:
        return sorted(pk for pk, document in self.documents.items() if document.text is None)

    def complete(self, record: SearchRecord) -> tuple[str, tuple[Passage, ...]]:
        """The body and passages of `record` with the text of those documents that all its readers may open.

        A document that is a thing of its own has its text as its body.
        """
        body, passages = record.body, list(record.passages)
        for document in filter(None, map(self.documents.get, record.document_ids)):
            if not document.text or not admits_all_of(document.audience, self.audiences[record.audience_id]):
                continue
            if document.url == record.url:
                body = f"{body} {document.text}"
            else:
                label = _("Attached document: %(title)s") % {"title": document.title}
                passages.append(Passage(document.text, document.url, label))
        return body, tuple(passages)


def library(records: Iterable[SearchRecord]) -> Library:
    """What `records` need: three queries, none where no document is attached."""
    wanted = {pk: record.audience_id for record in records for pk in record.document_ids}
    if not wanted:
        return Library()
    rows = list(
        get_document_model()
        ._default_manager.filter(pk__in=wanted, collection__gate__isnull=False)
        .select_related("collection__gate__audience")
    )
    texts = dict(
        DocumentText.objects.filter(file_hash__in=[row.file_hash for row in rows]).values_list("file_hash", "text")
    )
    audiences = {record.audience_id for record in records}
    return Library(
        {
            row.pk: Attached(row.pk, row.title, row.url, row.collection.gate.audience.key, texts.get(row.file_hash))
            for row in rows
        },
        dict(Audience.objects.filter(pk__in=audiences).values_list("pk", "key")),
    )


def holders(document_ids: Collection[int]) -> list[str]:
    """The keys of the entries on which one of the documents hangs."""
    attached = SearchAttachment.objects.filter(document_id__in=document_ids)
    return list(attached.order_by("entry__key").values_list("entry__key", flat=True).distinct())


def in_collections(collection_ids: Iterable[int]) -> list[int]:
    """The ids of the documents that stand in the collections themselves."""
    found = get_document_model()._default_manager.filter(collection__in=list(collection_ids))
    return list(found.values_list("pk", flat=True))


def read(document_id: int) -> bool:
    """Read the document's file and keep its text, unless its content is known. False if there was nothing to do.

    A file that the storage does not give is logged and asked for again when its holder is next recorded.
    """
    document = get_document_model()._default_manager.filter(pk=document_id).first()
    if document is None:
        return False
    try:
        if not document.file_hash:
            document._set_file_hash()
        if DocumentText.objects.filter(file_hash=document.file_hash).exists():
            text = None
        else:
            with document.open_file() as file:
                content = file.read(extraction.MOST_BYTES + 1)
            text = extraction.read(document.file_extension.lower(), content)
    except Exception:
        # Whatever a storage raises, which differs by its library: the documents after this one are to be read.
        logger.warning("The file of document %d cannot be fetched to be read for search.", document_id, exc_info=True)
        return False
    with transaction.atomic():
        type(document)._default_manager.filter(pk=document_id, file_hash="").update(file_hash=document.file_hash)
        if text is not None:
            DocumentText.objects.get_or_create(file_hash=document.file_hash, defaults={"text": text})
    return True


def forget_unused(file_hash: str | None = None) -> int:
    """Delete the texts, or the one with `file_hash`, of content that no document has any more. Returns how many."""
    texts = DocumentText.objects.all() if file_hash is None else DocumentText.objects.filter(file_hash=file_hash)
    used = get_document_model()._default_manager.filter(file_hash=OuterRef("file_hash"))
    return texts.filter(~Exists(used)).delete()[0]
