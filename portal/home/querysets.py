"""What is alive on the portal, for the home page."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Value
from wagtail.models import Page

from cases.models import CasePage, CaseStatus
from forums.models import Topic
from portal.core.prepared import prepared
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer
from portal.insights.models import ArticlePage
from toolkit.models import ToolPage

# No page shows more of the newest articles.
MOST_ARTICLES = 12
TOOLS, QUESTIONS = "tools", "questions"


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures on the three doors, each counted as the viewer may see it. Made-up examples are not cases."""

    cases: int
    examples: int
    nominations: int
    tools: int
    questions: int
    answered: int


def counts(viewer: Viewer) -> Counts:
    """Two queries, however much there is."""
    cases = {(illustrative, status): number for illustrative, status, number in _cases(viewer)}
    examples = sum(number for (illustrative, _status), number in cases.items() if illustrative)
    nominations = cases.get((False, CaseStatus.NOMINATION), 0)
    totals = {of: (number, answered) for of, number, answered in _totals(viewer)}
    tools, _none = totals.get(TOOLS, (0, 0))
    questions, answered = totals.get(QUESTIONS, (0, 0))
    return Counts(
        cases=sum(cases.values()) - examples - nominations,
        examples=examples,
        nominations=nominations,
        tools=tools,
        questions=questions,
        answered=answered,
    )


@prepared
def _cases(viewer: Viewer) -> "QuerySet[CasePage, tuple[bool, str, int]]":
    found = CasePage.objects.visible(viewer).order_by()
    return found.values_list("illustrative", "status").annotate(number=Count("pk"))


@prepared
def _totals(viewer: Viewer) -> "QuerySet[Page, tuple[str, int, int]]":
    """Grouped by what all of them share, because a count without a group cannot stand in a union."""
    tools = ToolPage.objects.visible(viewer).order_by().values("live")
    topics = Topic.objects.visible(viewer).filter(hidden=False).order_by().values("hidden")
    both = (
        tools.annotate(of=Value(TOOLS), number=Count("pk"), answered=Value(0)),
        topics.annotate(of=Value(QUESTIONS), number=Count("pk"), answered=Count("accepted_post")),
    )
    first, second = (found.values_list("of", "number", "answered") for found in both)
    return first.union(second, all=True)


def latest_articles(viewer: Viewer, limit: int) -> list[ArticlePage]:
    """The newest visible articles, with what a link to them shows."""
    return _newest_articles(viewer)[:limit]


@prepared
def _newest_articles(viewer: Viewer) -> "QuerySet[ArticlePage, ArticlePage]":
    found = ArticlePage.objects.visible(viewer).order_by("-first_published_at", "-pk")
    return found.only("title", "url_path", "kind")[:MOST_ARTICLES]


def children(page: Page, viewer: Viewer) -> list[tuple[Page, str]]:
    """The visible pages below `page` with their addresses, in the editors' order: a query for each type of page."""
    below = Page.objects.child_of(page).filter(live=True, gate__audience_id__in=viewer.audiences).specific()
    return [(child, page_url(child)) for child in below.order_by("path")]
