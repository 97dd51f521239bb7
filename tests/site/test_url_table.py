"""Every own address × every role × GET and POST. A route without a row fails; so does a row without a route.

A row says what each of the seven sees: one status for all of them, or one for each in the order of `CAST`. Third-party
namespaces have one row each, by an address of theirs that tells who is let in.
"""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, get_page_models

from forums import services
from forums.models import BoardPage, ForumIndexPage
from portal.accounts.models import User
from portal.home.models import HomePage
from taxonomy.models import GlossaryPage
from tests.factories.pages import add, article, case, index, plain_page, tool
from tests.site.sample import make_concepts

pytestmark = pytest.mark.django_db

CAST = ("visitor", "member", "group_member", "lead", "editor", "moderator", "administrator")
THIRD_PARTY = {"admin/", "documents/"}
# Wagtail's route for all pages: its pages have rows of their own.
TREE = r"^((?:[\w\-]+/)*)$"

Statuses = int | tuple[int, int, int, int, int, int, int]
MEMBERS_ONLY: Statuses = (302, 200, 200, 200, 200, 200, 200)
VISITORS_ONLY: Statuses = (200, 302, 302, 302, 302, 302, 302)
# The admin's doors lead to the one sign-in; for members who may not enter there is no admin.
DOOR: Statuses = (302, 404, 404, 404, 302, 302, 302)

AUTHOR: Statuses = (302, 200, 404, 404, 404, 404, 404)
HISTORY: Statuses = (404, 200, 404, 404, 404, 200, 200)
ASKER_OR_MODERATOR: Statuses = (302, 302, 404, 404, 404, 302, 302)
MODERATOR: Statuses = (302, 404, 404, 404, 404, 302, 302)

# route → (address with names of the sample in braces, statuses of GET, statuses of an empty POST)
ROWS: dict[str, tuple[str, Statuses, Statuses]] = {
    "^admin/password_reset/(?:.*)$": ("/admin/password_reset/", DOOR, DOOR),
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": (
        "/_util/authenticate_with_password/1/1/",
        404,
        404,
    ),
    "_util/authenticate_with_password/<int:restriction>/<int:page>/": (
        "/_util/authenticate_with_password/1/1/",
        404,
        404,
    ),
    "_util/login/": ("/_util/login/", 302, 302),
    "accounts/": ("/accounts/", MEMBERS_ONLY, MEMBERS_ONLY),
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": ("/accounts/confirm-email/wrong-key/", 200, 404),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (
        "/accounts/password/reset/key/1-wrong/",
        200,
        200,
    ),
    "accounts/confirm-email/": ("/accounts/confirm-email/", 200, 405),
    "accounts/email/": ("/accounts/email/", MEMBERS_ONLY, 302),
    "accounts/inactive/": ("/accounts/inactive/", 200, 405),
    "accounts/login/": ("/accounts/login/", VISITORS_ONLY, VISITORS_ONLY),
    "accounts/login/code/confirm/": ("/accounts/login/code/confirm/", 302, 302),
    "accounts/logout/": ("/accounts/logout/", MEMBERS_ONLY, 302),
    "accounts/password/change/": ("/accounts/password/change/", MEMBERS_ONLY, MEMBERS_ONLY),
    "accounts/password/reset/": ("/accounts/password/reset/", 200, 200),
    "accounts/password/reset/done/": ("/accounts/password/reset/done/", 200, 405),
    "accounts/password/reset/key/done/": ("/accounts/password/reset/key/done/", 200, 405),
    "accounts/password/set/": ("/accounts/password/set/", 302, 302),
    "accounts/reauthenticate/": ("/accounts/reauthenticate/", MEMBERS_ONLY, MEMBERS_ONLY),
    "accounts/sessions/": ("/accounts/sessions/", MEMBERS_ONLY, 302),
    "accounts/signup/": ("/accounts/signup/", VISITORS_ONLY, VISITORS_ONLY),
    "admin/": ("/admin/", (302, 404, 404, 404, 200, 200, 200), (302, 404, 404, 404, 405, 405, 405)),
    "admin/login/": ("/admin/login/", DOOR, DOOR),
    "cases.CaseIndexPage": ("/cases/", 200, 405),
    "cases.CasePage": ("{case}", 200, 405),
    "documents/": ("/documents/1/nothing.pdf", 404, 404),
    "documents/authenticate_with_password/<int:restriction>/": ("/documents/authenticate_with_password/1/", 404, 404),
    "forums.BoardPage ": ("{board}", 200, 200),
    "forums.BoardPage <int:pk>-<str:slug>/": ("{board}{topic}/", 200, 200),
    "forums.BoardPage new/": ("{board}new/", MEMBERS_ONLY, MEMBERS_ONLY),
    "forums.BoardPage post/<int:pk>/": ("{board}post/{answer_pk}/", 302, 302),
    "forums.BoardPage post/<int:pk>/<slug:action>/": (
        "{board}post/{answer_pk}/accept/",
        405,
        (302, 302, 404, 404, 404, 302, 302),
    ),
    "forums.BoardPage post/<int:pk>/edit/": (
        "{board}post/{question_pk}/edit/",
        (302, 200, 404, 404, 404, 404, 404),
        (302, 200, 404, 404, 404, 404, 404),
    ),
    "forums.BoardPage post/<int:pk>/history/": (
        "{board}post/{question_pk}/history/",
        (404, 200, 404, 404, 404, 200, 200),
        (404, 200, 404, 404, 404, 200, 200),
    ),
    "forums.BoardPage topic/<int:pk>/<slug:action>/": (
        "{board}topic/{topic_pk}/lock/",
        405,
        (302, 404, 404, 404, 404, 302, 302),
    ),
    "forums.ForumIndexPage ": ("/forums/", 200, 200),
    "forums.ForumIndexPage ask/": ("/forums/ask/", 200, 200),
    "healthz": ("/healthz", 200, 200),
    "home.HomePage": ("/", 200, 405),
    "home.StandardPage": ("{plain}", 200, 405),
    "insights.ArticlePage": ("{article}", 200, 405),
    "insights.InsightIndexPage": ("/insights/", 200, 405),
    "media/images/<path:name>": ("/media/images/nothing.png", 404, 405),
    "readyz": ("/readyz", 200, 200),
    "report/": ("/report/", 200, 200),
    "report/thanks/": ("/report/thanks/", 200, 405),
    "search/": ("/search/", 200, 405),
    "search/suggest/": ("/search/suggest/?q=gov", 200, 405),
    "styleguide/": ("/styleguide/", 200, 200),
    "taxonomy.GlossaryPage ": ("{glossary}", 200, 405),
    "taxonomy.GlossaryPage <str:slug>/": ("{glossary}federal/", 200, 405),
    "toolkit.KitStagePage": ("{stage}", 200, 405),
    "toolkit.ToolPage": ("{tool}", 200, 405),
    "toolkit.ToolkitIndexPage": ("/toolkit/", 200, 405),
}


def own_routes() -> Iterator[str]:
    """The routes of the project's own patterns, then those of each type of page."""
    yield from dict.fromkeys(route for route in _walk(get_resolver().url_patterns, "") if route != TREE)
    for model in get_page_models():
        if model is Page:
            continue
        label = model._meta.label
        if issubclass(model, RoutablePageMixin):
            yield from dict.fromkeys(f"{label} {route.pattern}" for route in model.get_subpage_urls())
        else:
            yield label


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if route in THIRD_PARTY:
            yield route
        elif isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(own_routes()) == sorted(ROWS)


@pytest.fixture
def sample(member: User, other_member: User) -> dict[str, str]:
    """One of each kind of page, and a topic with an answer."""
    concepts = make_concepts()
    board = add(index(ForumIndexPage, "forums"), BoardPage(title="Governance board", slug="governance"))
    topic, _ = services.ask(board, member, title="Who chairs the customer board?", body="We argue about it.")
    answer, _ = services.answer(topic, other_member, body="Nobody for long.", tell=False)
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
        "topic": f"{topic.pk}-{topic.slug}",
        "topic_pk": str(topic.pk),
        "question_pk": str(topic.posts.get(position=1).pk),
        "answer_pk": str(answer.pk),
    }


def expected(statuses: Statuses) -> tuple[int, ...]:
    return (statuses,) * len(CAST) if isinstance(statuses, int) else statuses


@pytest.fixture
def cast(
    member: User, group_member: User, lead: User, editor: User, moderator: User, administrator: User
) -> list[User | None]:
    """The seven in the order of `CAST`."""
    return [None, member, group_member, lead, editor, moderator, administrator]


@pytest.mark.parametrize("method", ["get", "post"])
def test_each_role_sees_what_the_table_says(
    method: str, sample: dict[str, str], cast: list[User | None], client_of: Callable[[User | None], Client]
) -> None:
    wrong = []
    for route, (address, get_statuses, post_statuses) in ROWS.items():
        url = address.format(**sample)
        wanted = expected(get_statuses if method == "get" else post_statuses)
        seen = tuple(status_of(client_of(user), method, url) for user in cast)
        if seen != wanted:
            wrong.append(f"{method} {url} ({route}): {seen} instead of {wanted}")
    assert not wrong, "\n".join(wrong)


def status_of(client: Client, method: str, url: str) -> int:
    """The status of one request, whose writes are taken back so that the next role finds the same site."""
    with transaction.atomic():
        response = getattr(client, method)(url)
        transaction.set_rollback(True)
    return int(response.status_code)
