"""What is alive on the portal, for the home page."""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from wagtail.models import Page

from cases.models import CasePage, CaseStatus
from forums.models import Topic
from portal.core.labels import label_of
from portal.core.prepared import prepared
from portal.core.urlpaths import address_of, page_url
from portal.core.viewer import Viewer
from portal.insights.models import ArticleKind, ArticlePage
from toolkit.models import ToolPage

# No page shows more of the newest articles.
MOST_ARTICLES = 12
CASES, EXAMPLES, NOMINATIONS, TOOLS, QUESTIONS = "cases", "examples", "nominations", "tools", "questions"


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures on the three doors, each counted as the viewer may see it. Made-up examples are not cases, and
    questions are those of the general boards, to which the door leads."""

    cases: int
    examples: int
    nominations: int
    tools: int
    questions: int
    answered: int


def counts(viewer: Viewer) -> Counts:
    """One query, however much there is."""
    totals = {of: (number, answered) for of, number, answered in _totals(viewer)}
    questions, answered = totals.get(QUESTIONS, (0, 0))
    return Counts(
        cases=totals.get(CASES, (0, 0))[0],
        examples=totals.get(EXAMPLES, (0, 0))[0],
        nominations=totals.get(NOMINATIONS, (0, 0))[0],
        tools=totals.get(TOOLS, (0, 0))[0],
        questions=questions,
        answered=answered,
    )


@prepared
def _totals(viewer: Viewer) -> "QuerySet[Page, tuple[str, int, int]]":
    """(what, how many, how many of them answered). Tools and topics are grouped by what all of them share, because a
    count without a group cannot stand in a union."""
    sort = Case(
        When(illustrative=True, then=Value(EXAMPLES)),
        When(status=CaseStatus.NOMINATION, then=Value(NOMINATIONS)),
        default=Value(CASES),
        output_field=CharField(),
    )
    cases = CasePage.objects.visible(viewer).order_by().annotate(of=sort).values("of")
    tools = ToolPage.objects.visible(viewer).order_by().values("live")
    topics = Topic.objects.visible(viewer).on_general_boards().filter(hidden=False).order_by().values("hidden")
    each = (
        cases.annotate(number=Count("pk"), answered=Value(0)),
        tools.annotate(of=Value(TOOLS), number=Count("pk"), answered=Value(0)),
        topics.annotate(of=Value(QUESTIONS), number=Count("pk"), answered=Count("pk", filter=Q(accepted_count__gt=0))),
    )
    first, *others = (found.values_list("of", "number", "answered") for found in each)
    return first.union(*others, all=True)


def latest_articles(viewer: Viewer, limit: int) -> list[tuple[str, str, str]]:
    """(title, address, kind in words) of the newest visible articles: one query."""
    found = _newest_articles(viewer)[:limit]
    return [(title, address_of(path), label_of(ArticleKind, kind)) for title, path, kind in found]


@prepared
def _newest_articles(viewer: Viewer) -> "QuerySet[ArticlePage, tuple[str, str, str]]":
    found = ArticlePage.objects.visible(viewer).order_by("-first_published_at", "-pk")
    return found.values_list("title", "url_path", "kind")[:MOST_ARTICLES]


def children(page: Page, viewer: Viewer) -> list[tuple[Page, str]]:
    """The visible pages below `page` with their addresses, in the editors' order: a query for each type of page."""
    below = Page.objects.child_of(page).filter(live=True, gate__audience_id__in=viewer.audiences).specific()
    return [(child, page_url(child)) for child in below.order_by("path")]
