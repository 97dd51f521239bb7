"""How an article is found. The most useful ones are those that rest on sources and to which other pages lead."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.blocks import documents_in, words_of
from portal.insights.models import ArticlePage
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record, with_uses
from portal.search.registry import register

# Points of usefulness: for each page that leads to it, and for each of so many sources at most.
USE, SOURCE = 50, 40
MOST_SOURCES = 5


def all_articles() -> Any:
    """Every article with what `to_record` reads."""
    return with_uses(ArticlePage.objects.select_related("gate").prefetch_related("concepts"))


def to_record(article: Any) -> SearchRecord | None:
    """The record of a live article; None while it is a draft, scheduled or without a gate."""
    return page_record(
        "article",
        article,
        f"{article.question} {words_of(article.body)}",
        usefulness=article.uses * USE + min(len(article.sources), MOST_SOURCES) * SOURCE,
        document_ids=documents_in(article.body),
    )


register(Kind("article", _("Article"), _("Articles"), ArticlePage, all_articles, to_record))
