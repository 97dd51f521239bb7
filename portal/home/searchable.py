"""How a plain page is found."""

from typing import Any

from portal.core.blocks import words_of
from portal.home.models import StandardPage
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record
from portal.search.registry import register


def all_pages() -> Any:
    """Every plain page with what `to_record` reads."""
    return StandardPage.objects.select_related("gate").prefetch_related("concepts")


def to_record(page: StandardPage) -> SearchRecord | None:
    """The record of a live page; None while it is a draft, scheduled or without a gate."""
    return page_record("page", page, words_of(page.body))


register(Kind("page", "Page", "Pages", StandardPage, all_pages, to_record))
