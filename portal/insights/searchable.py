"""How an article is found."""

from typing import Any

from portal.core.blocks import words_of
from portal.core.urlpaths import page_url
from portal.insights.models import ArticlePage
from portal.search.contract import Kind, SearchRecord
from portal.search.registry import register


def all_articles() -> Any:
    """Every article with what `to_record` reads."""
    return ArticlePage.objects.select_related("gate").prefetch_related("concepts")


def to_record(article: ArticlePage) -> SearchRecord | None:
    """The record of a live article; None while it is a draft, scheduled or without a gate."""
    if not article.live or not hasattr(article, "gate"):
        return None
    return SearchRecord(
        kind="article",
        pk=article.pk,
        title=article.title,
        url=page_url(article),
        audience_id=article.gate.audience_id,
        summary=article.summary,
        body=f"{article.question} {words_of(article.body)}",
        language=article.lang,
        concept_ids=tuple(concept.pk for concept in article.concepts.all()),
        published_at=article.first_published_at,
        updated_at=article.last_published_at,
    )


register(Kind("article", "Article", "Articles", ArticlePage, all_articles, to_record))
