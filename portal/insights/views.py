"""What the templates of the insights room show."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from wagtail.models import Page

from portal.core.references import backlinks
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer, viewer_of
from portal.insights.models import ArticlePage
from taxonomy.querysets import chips

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
    board = _visible_board(article, viewer)
    return {
        "topics": chips(list(article.concepts.order_by("title"))),
        "board_page": board,
        "ask_url": f"{page_url(board)}new/?about={article.pk}" if board else "",
        "questions": backlinks("topics", article.pk, viewer),
    }


def _visible_board(article: ArticlePage, viewer: Viewer) -> Page | None:
    if article.board_id is None:
        return None
    return Page.objects.filter(pk=article.board_id, live=True, gate__audience_id__in=viewer.audiences).first()
