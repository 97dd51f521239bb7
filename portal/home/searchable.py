"""How a plain page is found."""

from typing import Any

from portal.core.blocks import words_of
from portal.core.urlpaths import page_url
from portal.home.models import StandardPage
from portal.search.contract import Kind, SearchRecord
from portal.search.registry import register


def all_pages() -> Any:
    """Every plain page with what `to_record` reads."""
    return StandardPage.objects.select_related("gate").prefetch_related("concepts")


def to_record(page: StandardPage) -> SearchRecord | None:
    """The record of a live page; None while it is a draft, scheduled or without a gate."""
    if not page.live or not hasattr(page, "gate"):
        return None
    return SearchRecord(
        kind="page",
        pk=page.pk,
        title=page.title,
        url=page_url(page),
        audience_id=page.gate.audience_id,
        summary=page.summary,
        body=words_of(page.body),
        language=page.lang,
        concept_ids=tuple(concept.pk for concept in page.concepts.all()),
        published_at=page.first_published_at,
        updated_at=page.last_published_at,
    )


register(Kind("page", "Page", "Pages", StandardPage, all_pages, to_record))
