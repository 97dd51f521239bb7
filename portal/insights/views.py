"""What the templates of the insights room show."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from portal.core.prepared import prepared
from portal.core.references import backlinks
from portal.core.urlpaths import address_of, page_url
from portal.core.viewer import Viewer, viewer_of
from portal.insights.models import ArticlePage
from taxonomy.querysets import chips, concepts_of

PAGE_SIZE = 12


def index_context(request: HttpRequest) -> dict[str, Any]:
    """The visible articles, newest first, with their concepts."""
    articles = ArticlePage.objects.visible(viewer_of(request)).prefetch_related("concepts")
    found = Paginator(articles.order_by("-first_published_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    cards = [
        {
            "title": article.title,
            "url": page_url(article),
            "summary": article.summary,
            "tag": article.get_kind_display(),
            "chips": chips(list(article.concepts.all()))[:3],
        }
        for article in found
    ]
    return {"found": found, "cards": cards}


def article_context(article: ArticlePage, request: HttpRequest) -> dict[str, Any]:
    """The article's concepts, where to discuss it, and what is said there already."""
    viewer = viewer_of(request)
    board, board_url = _board(article, viewer)
    return {
        "topics": chips(concepts_of(article)),
        "board": board,
        "ask_url": f"{board_url}new/?about={article.pk}" if board_url else "",
        "questions": backlinks("topics", article.pk, viewer),
    }


def _board(article: ArticlePage, viewer: Viewer) -> tuple[str, str]:
    """The title and the address of the article's board, both "" where there is none for `viewer`."""
    for title, url_path in _visible_page(article.board_id, viewer) if article.board_id else ():
        return title, address_of(url_path)
    return "", ""


@prepared
def _visible_page(pk: int, viewer: Viewer) -> "QuerySet[Page, tuple[str, str]]":
    found = Page.objects.filter(pk=pk, live=True, gate__audience_id__in=viewer.audiences)
    return found.values_list("title", "url_path")
