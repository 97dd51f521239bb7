"""Documents of the demonstration: built from readable sources, or taken as they are."""

from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import Collection

from portal.demo.documents import MEDIA_TYPES, build_file
from portal.demo.reading import CONTENT


def make_document(title: str, source: str, *, format: str = "", collection: Collection | None = None) -> Any:
    """The document of `content/<source>`, in `collection` or the root: built as `format`, or without one as it is."""
    path = CONTENT / source
    content = build_file(path, format=format, title=title) if format in MEDIA_TYPES else path.read_bytes()
    document = get_document_model()(title=title)
    if collection is not None:
        document.collection = collection
    document.file.save(f"{path.stem}.{format}" if format else path.name, ContentFile(content), save=False)
    document.file_size = len(content)
    document.save()
    return document
