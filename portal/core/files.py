"""Reads of documents and images, narrowed by the gates of their collections."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from portal.core.viewer import Viewer

if TYPE_CHECKING:
    from wagtail.documents.models import AbstractDocument
    from wagtail.images.models import AbstractImage


def visible_documents(viewer: Viewer) -> "QuerySet[AbstractDocument]":
    """Documents in collections whose gate admits `viewer`."""
    return get_document_model()._default_manager.filter(collection__gate__audience_id__in=viewer.audiences)


def visible_images(viewer: Viewer) -> "QuerySet[AbstractImage]":
    """Images in collections whose gate admits `viewer`."""
    return get_image_model()._default_manager.filter(collection__gate__audience_id__in=viewer.audiences)


def documents_of(collection_id: int, viewer: Viewer) -> "QuerySet[AbstractDocument]":
    """What stands in this collection itself, newest first; nothing if its gate does not admit `viewer`."""
    return visible_documents(viewer).filter(collection_id=collection_id).order_by("-created_at", "-pk")
