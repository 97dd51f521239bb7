"""The record of a page: what is the same for every kind of them."""

from typing import Any

from portal.core.urlpaths import page_url
from portal.search.contract import SearchRecord


def page_record(kind: str, page: Any, body: str, **more: Any) -> SearchRecord | None:
    """The record of a live page, which must be fetched with its gate and, if it is tagged, its concepts.

    None while it is a draft, scheduled or without a gate. `more` are further fields of `SearchRecord`, or others than
    the page's own.
    """
    if not page.live or not hasattr(page, "gate"):
        return None
    own = {
        "title": page.title,
        "url": page_url(page),
        "audience_id": page.gate.audience_id,
        "summary": page.summary,
        "language": page.lang,
        "concept_ids": tuple(concept.pk for concept in page.concepts.all()) if hasattr(page, "concepts") else (),
        "published_at": page.first_published_at,
        "updated_at": page.last_published_at,
    }
    return SearchRecord(kind=kind, pk=page.pk, body=body, **{**own, **more})
