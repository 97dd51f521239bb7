"""What the templates of the home room show."""

from typing import Any
from urllib.parse import quote_plus

from django.http import HttpRequest

from cases.querysets import newest_with_evidence
from cases.views import card
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_of
from portal.home.models import HomePage, StandardPage
from portal.home.querysets import children, counts, latest_articles, waiting_questions
from taxonomy.querysets import chips
from toolkit.views import stage_row

CASES_SHOWN = 3
QUESTIONS_SHOWN = 4
ARTICLES_SHOWN = 3


def home_context(page: HomePage, request: HttpRequest) -> dict[str, Any]:
    """The doors with their figures, the five stages, new evidence, questions that wait, and new articles."""
    viewer = viewer_of(request)
    cases = newest_with_evidence(viewer, CASES_SHOWN)
    return {
        "counts": counts(viewer),
        "searches": [(words, f"/search/?q={quote_plus(words)}") for words in often_looked_for(page)],
        "stages": stage_row(viewer),
        "cards": [
            card(
                case,
                tuple(chips([concept for concept in case.concepts.all() if concept.scheme.is_facet])),
                page_url(case),
            )
            for case in cases
        ],
        "waiting": waiting_questions(viewer, QUESTIONS_SHOWN),
        "articles": [(article, page_url(article)) for article in latest_articles(viewer, ARTICLES_SHOWN)],
    }


def standard_context(page: StandardPage, request: HttpRequest) -> dict[str, Any]:
    """The page's concepts and the pages below it."""
    viewer = viewer_of(request)
    return {
        "viewer": viewer,
        "topics": chips(list(page.concepts.order_by("title"))),
        "children": children(page, viewer) if page.numchild else [],
    }


def often_looked_for(page: HomePage) -> list[str]:
    """The searches that editors offer, in their order."""
    return [words.strip() for words in page.often_looked_for.split(",") if words.strip()]
