"""How a plain page is found. The most useful ones are those to which many pages lead."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.blocks import documents_in, words_of
from portal.home.models import StandardPage
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record, with_uses
from portal.search.registry import register

# Points of usefulness for each page that leads to it.
USE = 50


def all_pages() -> Any:
    """Every plain page with what `to_record` reads."""
    return with_uses(StandardPage.objects.select_related("gate").prefetch_related("concepts"))


def to_record(page: Any) -> SearchRecord | None:
    """The record of a live page; None while it is a draft, scheduled or without a gate."""
    return page_record(
        "page", page, words_of(page.body), usefulness=page.uses * USE, document_ids=documents_in(page.body)
    )


register(Kind("page", _("Page"), _("Pages"), StandardPage, all_pages, to_record))
