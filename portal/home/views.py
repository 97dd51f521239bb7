"""What the templates of the home room show."""

from typing import Any
from urllib.parse import quote_plus

from django.http import HttpRequest

from cases.querysets import CaseRow, facet_concepts, newest_with_evidence, results_of
from cases.views import Card, card
from forums.listings import waiting
from portal.core.urlpaths import address_of
from portal.core.viewer import viewer_of
from portal.events.listings import next_events
from portal.groups.listings import own_groups
from portal.home.models import HomePage, StandardPage
from portal.home.querysets import children, counts, latest_articles
from taxonomy.querysets import chips, concepts_of
from toolkit.views import stage_row

CASES_SHOWN = 3
QUESTIONS_SHOWN = 4
ARTICLES_SHOWN = 3
EVENTS_SHOWN = 3


def home_context(page: HomePage, request: HttpRequest) -> dict[str, Any]:
    """The doors with their figures, the five stages, new evidence, what waits, next events, new articles; for a
    member also the groups that he or she is in."""
    viewer = viewer_of(request)
    return {
        "own_groups": own_groups(viewer),
        "counts": counts(viewer),
        "searches": [(words, f"/search/?q={quote_plus(words)}") for words in often_looked_for(page)],
        "stages": stage_row(viewer),
        "cards": _cards(newest_with_evidence(viewer, CASES_SHOWN)),
        "waiting": waiting(viewer, QUESTIONS_SHOWN, chips=False),
        "events": next_events(viewer, EVENTS_SHOWN),
        "articles": latest_articles(viewer, ARTICLES_SHOWN),
    }


def _cards(cases: list[CaseRow]) -> list[Card]:
    """The cards of a few cases with their results and facet concepts: two queries."""
    results = results_of(cases)
    tagged: dict[int, list[tuple[str, str]]] = {case.pk: [] for case in cases}
    for pk, title, slug in facet_concepts(list(tagged)):
        tagged[pk].append((title, f"/glossary/{slug}/"))
    return [card(case, results[case.pk], tuple(tagged[case.pk]), address_of(case.url_path)) for case in cases]


def standard_context(page: StandardPage, request: HttpRequest) -> dict[str, Any]:
    """The page's concepts and the pages below it."""
    viewer = viewer_of(request)
    return {
        "viewer": viewer,
        "topics": chips(concepts_of(page)),
        "children": children(page, viewer) if page.numchild else [],
    }


def often_looked_for(page: HomePage) -> list[str]:
    """The searches that editors offer, in their order."""
    return [words.strip() for words in page.often_looked_for.split(",") if words.strip()]
