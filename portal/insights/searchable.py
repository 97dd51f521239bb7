"""How an article is found."""

from typing import Any

from portal.core.blocks import words_of
from portal.insights.models import ArticlePage
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record
from portal.search.registry import register


def all_articles() -> Any:
    """Every article with what `to_record` reads."""
    return ArticlePage.objects.select_related("gate").prefetch_related("concepts")


def to_record(article: ArticlePage) -> SearchRecord | None:
    """The record of a live article; None while it is a draft, scheduled or without a gate."""
    return page_record("article", article, f"{article.question} {words_of(article.body)}")


register(Kind("article", "Article", "Articles", ArticlePage, all_articles, to_record))
