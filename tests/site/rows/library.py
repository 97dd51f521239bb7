"""The ground floor and the rooms of pages: cases, starter kit, glossary, forums, insights, search."""

from collections.abc import Sequence

from wagtail.models import Page

from forums import services
from forums.models import BoardPage, ForumIndexPage
from portal.accounts.models import User
from portal.home.models import HomePage
from taxonomy.models import GlossaryPage
from tests.factories.forums import attached
from tests.factories.pages import add, article, case, index, plain_page, tool
from tests.site.rows import MEMBERS_ONLY, Rows
from tests.site.sample import make_concepts

ROWS: Rows = {
    "admin/": ("/admin/", (302, 404, 404, 200, 200, 200, 200, 200), (302, 404, 404, 405, 405, 405, 405, 405)),
    "cases.CaseIndexPage": ("/cases/", 200, 405),
    "cases.CasePage": ("{case}", 200, 405),
    "documents/<id:pk>/<path:name>": ("/documents/1/nothing.pdf", 404, 405),
    "documents/authenticate_with_password/<id:restriction>/": ("/documents/authenticate_with_password/1/", 404, 404),
    "forums.BoardPage ": ("{board}", 200, 200),
    "forums.BoardPage <id:pk>-<str:slug>/": ("{board}{topic}/", 200, 200),
    "forums.BoardPage concepts/<id:pk>/": (
        "{board}concepts/{topic_pk}/",
        (302, 200, 404, 404, 404, 200, 200, 404),
        (302, 302, 404, 404, 404, 302, 302, 404),
    ),
    "forums.BoardPage write/<slug:what>/": (
        "{board}write/preview/",
        (404, 405, 405, 405, 405, 405, 405, 405),
        (404, 200, 200, 200, 200, 200, 200, 200),
    ),
    "files/<slug:key>/<str:name>": ("{file}", 200, 405),
    "forums.BoardPage files/": (
        "{board}files/",
        (405,) * 8,
        (302, 400, 400, 400, 400, 400, 400, 400),
    ),
    "forums.BoardPage new/": ("{board}new/", MEMBERS_ONLY, MEMBERS_ONLY),
    "forums.BoardPage post/<id:pk>/": ("{board}post/{answer_pk}/", 302, 302),
    "forums.BoardPage post/<id:pk>/<slug:action>/": (
        "{board}post/{answer_pk}/accept/",
        405,
        (302, 302, 404, 404, 404, 302, 302, 404),
    ),
    "forums.BoardPage post/<id:pk>/edit/": (
        "{board}post/{question_pk}/edit/",
        (302, 200, 404, 404, 404, 404, 404, 404),
        (302, 200, 404, 404, 404, 404, 404, 404),
    ),
    "forums.BoardPage post/<id:pk>/history/": (
        "{board}post/{question_pk}/history/",
        (404, 200, 404, 404, 404, 200, 200, 404),
        (404, 200, 404, 404, 404, 200, 200, 404),
    ),
    "forums.BoardPage topic/<id:pk>/<slug:action>/": (
        "{board}topic/{topic_pk}/lock/",
        405,
        (302, 404, 404, 404, 404, 302, 302, 404),
    ),
    "forums.ForumIndexPage ": ("/forums/", 200, 200),
    "forums.BoardPage duplicate/<id:pk>/": (
        "{board}duplicate/{topic_pk}/",
        (302, 200, 404, 404, 404, 200, 200, 404),
        (302, 200, 404, 404, 404, 200, 200, 404),
    ),
    "forums.BoardPage feed/": ("{board}feed/", 200, 200),
    "forums.BoardPage feed/<id:pk>/": ("{board}feed/{topic_pk}/", 200, 200),
    "forums.BoardPage leads/": (
        "{board}leads/",
        (302, 404, 404, 404, 404, 200, 200, 404),
        (302, 404, 404, 404, 404, 200, 200, 404),
    ),
    "forums.BoardPage forward/<id:pk>/": ("{board}forward/{answer_pk}/", MEMBERS_ONLY, MEMBERS_ONLY),
    "forums.BoardPage forward/<id:pk>/<slug:kind>/": ("{board}forward/{answer_pk}/term/", MEMBERS_ONLY, MEMBERS_ONLY),
    "forums.BoardPage invite/<id:pk>/": ("{board}invite/{topic_pk}/", MEMBERS_ONLY, MEMBERS_ONLY),
    "forums.BoardPage summary/<id:pk>/": (
        "{board}summary/{topic_pk}/",
        (302, 404, 404, 404, 404, 200, 200, 404),
        (302, 404, 404, 404, 404, 302, 302, 404),
    ),
    "forums.BoardPage read/": ("{board}read/", 405, 302),
    "forums.ForumIndexPage feed/": ("/forums/feed/", 200, 200),
    "forums.ForumIndexPage latest/": ("/forums/latest/", 200, 200),
    "forums.ForumIndexPage read/": ("/forums/read/", 405, 302),
    "forums.ForumIndexPage ask/": ("/forums/ask/", 200, 200),
    "forums.ForumIndexPage drafts/": ("/forums/drafts/", MEMBERS_ONLY, 302),
    "forums.ForumIndexPage similar/": (
        "/forums/similar/?q=customer+board",
        (404, 200, 200, 200, 200, 200, 200, 200),
        (404, 405, 405, 405, 405, 405, 405, 405),
    ),
    "forums.ForumIndexPage questions/": ("/forums/questions/", 200, 200),
    r"^glossary\.(?P<ending>ttl|rdf|jsonld|csv)$": ("/glossary.ttl", 200, 405),
    r"^glossary/(?P<slug>[\w\-]{1,100})\.(?P<ending>ttl|rdf|jsonld)$": ("/glossary/federal.jsonld", 200, 405),
    "healthz": ("/healthz", 200, 200),
    "home.HomePage": ("/", 200, 405),
    "home.StandardPage": ("{plain}", 200, 405),
    "insights.ArticlePage": ("{article}", 200, 405),
    "insights.InsightIndexPage": ("/insights/", 200, 405),
    "marked-terms/": ("/marked-terms/", 200, 302),
    "media/images/<path:name>": ("/media/images/nothing.png", 404, 405),
    "readyz": ("/readyz", 200, 200),
    "report/": ("/report/", 200, 200),
    "report/thanks/": ("/report/thanks/", 200, 405),
    "robots.txt": ("/robots.txt", 200, 405),
    "search/": ("/search/", 200, 405),
    "search/opened/": ("/search/opened/", 405, 403),
    "search/opensearch.xml": ("/search/opensearch.xml", 200, 405),
    "search/suggest/": ("/search/suggest/?q=gov", 200, 405),
    "sitemap.xml": ("/sitemap.xml", 200, 200),
    "styleguide/": ("/styleguide/", 200, 200),
    "taxonomy.GlossaryPage ": ("{glossary}", 200, 200),
    "taxonomy.GlossaryPage <str:slug>/": ("{glossary}federal/", 200, 200),
    "toolkit.KitStagePage": ("{stage}", 200, 405),
    "toolkit.ToolPage": ("{tool}", 200, 405),
    "toolkit.ToolkitIndexPage": ("/toolkit/", 200, 405),
}


def sample(cast: Sequence[User | None]) -> dict[str, str]:
    """One of each kind of page, and a member's topic with a peer's answer."""
    member = cast[1]
    peer = User.objects.create_user("peer@example.org", name="A city procurement officer")
    concepts = make_concepts()
    board = add(index(ForumIndexPage, "forums"), BoardPage(title="Governance board", slug="governance"))
    topic, _ = services.ask(board, member, title="Who chairs the customer board?", body="We argue about it.")
    answer, _ = services.answer(topic, peer, body="Nobody for long.", tell=False)
    one_file = attached(answer, peer)
    one_tool = tool()
    return {
        "case": case(concepts=concepts).url,
        "stage": Page.objects.get(pk=one_tool.get_parent().pk).url,
        "tool": one_tool.url,
        "article": article().url,
        "plain": plain_page().url,
        "glossary": index(GlossaryPage, "glossary").url,
        "home": HomePage.objects.get().url,
        "board": board.url,
        "file": one_file.url,
        "topic": f"{topic.pk}-{topic.slug}",
        "topic_pk": str(topic.pk),
        "question_pk": str(topic.posts.get(position=1).pk),
        "answer_pk": str(answer.pk),
    }
