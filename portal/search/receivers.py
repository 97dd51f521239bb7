"""Keeps the entries equal to what the rooms hold, in the transaction of each change."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver
from wagtail.documents import get_document_model
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from portal.core.signals import audience_changed, content_changed, content_removed, files_audience_changed
from portal.search import documents, registry, services
from portal.search.engines import dialects
from portal.search.tasks import reindex_holders
from taxonomy.signals import vocabulary_changed


@receiver(content_changed, dispatch_uid="search.content_changed")
@receiver(content_removed, dispatch_uid="search.content_removed")
def record_changed(sender: Any, instance: Any = None, **kwargs: Any) -> None:
    """Rooms need not call search: whatever changed or was hidden is recorded anew if its kind is registered."""
    kind = registry.kind_of(type(instance))
    if kind is not None:
        services.index(kind.name, [instance.pk])


@receiver(page_published, dispatch_uid="search.page_published")
@receiver(page_unpublished, dispatch_uid="search.page_unpublished")
def record_publication(sender: type, instance: Page, **kwargs: Any) -> None:
    """What hangs on a page comes and goes with it; and expiry goes through the plain `Page`, without our own signal."""
    services.reindex_pages([instance.pk])


@receiver(page_slug_changed, dispatch_uid="search.page_slug_changed")
@receiver(post_page_move, dispatch_uid="search.page_moved")
def record_subtree(sender: type, instance: Page, **kwargs: Any) -> None:
    """A page's address is part of every address below it."""
    below = Page.objects.filter(path__startswith=instance.path).values_list("pk", flat=True)
    services.reindex_pages(below)


@receiver(audience_changed, dispatch_uid="search.audience_changed")
def record_audience(sender: Any, pages: list[int], **kwargs: Any) -> None:
    """A page made private takes its entry, and those of what hangs on it, with it."""
    services.reindex_pages(pages)


@receiver(post_save, sender=get_document_model(), dispatch_uid="search.document_saved")
def record_document(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """A document with another title, file or collection: what it hangs on may have other words."""
    if not raw:
        services.reindex_documents([instance.pk])


@receiver(post_delete, sender=get_document_model(), dispatch_uid="search.document_deleted")
def forget_document(sender: type, instance: Any, **kwargs: Any) -> None:
    """A deleted document's words leave what it hung on, and its text is kept only for another with the same content."""
    services.reindex_documents([instance.pk])
    documents.forget_unused(instance.file_hash)


@receiver(files_audience_changed, dispatch_uid="search.files_audience_changed")
def record_files(sender: Any, collections: list[int], **kwargs: Any) -> None:
    """Files that fewer may have leave what more may read, in the transaction that says so."""
    services.reindex_documents(documents.in_collections(collections))


@receiver(vocabulary_changed, dispatch_uid="search.vocabulary_changed")
def record_vocabulary(sender: Any, concept_ids: frozenset[int], **kwargs: Any) -> None:
    """Terms are searchable at once; the facets of what holds them follow by a task."""
    if registry.get("term") is not None:
        services.index("term", concept_ids)
    reindex_holders.enqueue(sorted(concept_ids))


@receiver(post_migrate, dispatch_uid="search.post_migrate")
def restore_triggers(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """A later migration that remakes the entries' table drops its triggers."""
    dialect = dialects.of(connections[using])
    if sender.label == "portal_search" and dialect is not None:
        dialect.install(connections[using])
