"""What is alive on the portal, for the home page."""

from dataclasses import dataclass

from django.db.models import Count, Q
from wagtail.models import Page

from cases.models import CasePage, CaseStatus
from forums.listings import TopicRow, topic_rows
from forums.models import Topic
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer
from portal.insights.models import ArticlePage
from toolkit.models import ToolPage


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
    """Three queries, however much there is."""
    cases = CasePage.objects.visible(viewer).aggregate(
        all=Count("pk"),
        examples=Count("pk", filter=Q(illustrative=True)),
        nominations=Count("pk", filter=Q(status=CaseStatus.NOMINATION)),
    )
    questions = Topic.objects.visible(viewer).aggregate(all=Count("pk"), answered=Count("accepted_post"))
    return Counts(
        cases=cases["all"] - cases["examples"] - cases["nominations"],
        examples=cases["examples"],
        nominations=cases["nominations"],
        tools=ToolPage.objects.visible(viewer).count(),
        questions=questions["all"],
        answered=questions["answered"],
    )


def waiting_questions(viewer: Viewer, limit: int) -> list[TopicRow]:
    """The newest visible questions that nobody has answered: one query."""
    return topic_rows(Topic.objects.visible(viewer).waiting().newest_activity()[:limit], chips=False)


def latest_articles(viewer: Viewer, limit: int) -> list[ArticlePage]:
    """The newest visible articles."""
    return list(ArticlePage.objects.visible(viewer).order_by("-first_published_at", "-pk")[:limit])


def children(page: Page, viewer: Viewer) -> list[tuple[Page, str]]:
    """The visible pages below `page` with their addresses, in the editors' order: a query for each type of page."""
    below = Page.objects.child_of(page).filter(live=True, gate__audience_id__in=viewer.audiences).specific()
    return [(child, page_url(child)) for child in below.order_by("path")]
