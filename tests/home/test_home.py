"""The home page and plain pages."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from forums.models import BoardPage, ForumIndexPage
from portal.accounts.models import User
from portal.groups import services
from portal.groups.models import Visibility
from portal.home.models import HomePage
from tests.factories.events import calendar, event, make_private
from tests.factories.forums import TopicFactory
from tests.factories.groups import group
from tests.factories.pages import add, article, case, index, plain_page, stage, tool

pytestmark = pytest.mark.django_db


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_home_page_asks_and_opens_three_doors(visitor_client: Client, home: HomePage) -> None:
    html = text_of(visitor_client, "/")
    assert home.question in html
    for door in ("Find what peers did", "Build your own", "Ask a peer"):
        assert door in html


def test_the_home_page_shows_stages_new_evidence_and_articles(visitor_client: Client) -> None:
    stage(short_title="Business case")
    case(title="New evidence")
    article(title="New column")
    html = text_of(visitor_client, "/")
    for words in ("Business case", "New evidence", "31 % lower", "New column"):
        assert words in html


def test_the_home_page_says_what_happens_next_to_those_who_may_know(
    group_member: User, client_of: Callable[[User | None], Client]
) -> None:
    calendar()
    event(title="Clinic of tomorrow", in_hours=24)
    event(title="Clinic of yesterday", in_hours=-24)
    event(title="Clinic that was called off", in_hours=25, cancelled=True)
    make_private(event(title="Clinic behind doors", in_hours=26), Group.objects.get(name="Privacy group members"))
    page = text_of(client_of(None), "/")
    assert "Clinic of tomorrow" in page
    for words in ("Clinic of yesterday", "Clinic that was called off", "Clinic behind doors"):
        assert words not in page
    assert "Clinic behind doors" in text_of(client_of(group_member), "/")


def test_counts_on_the_doors_are_what_the_viewer_may_see(
    member: User, client_of: Callable[[User | None], Client]
) -> None:
    tool()
    hidden = tool()
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    assert "with 1 tool to take and adapt." in text_of(client_of(None), "/")
    assert "with 2 tools to take and adapt." in text_of(client_of(member), "/")


def test_the_door_counts_the_questions_that_the_forums_count(visitor_client: Client) -> None:
    board = add(index(ForumIndexPage, "forums"), BoardPage(title="Board", slug="board"))
    TopicFactory.create_batch(2, board=board)
    TopicFactory(board=add(group(title="Privacy circle"), BoardPage(title="Ours", slug="ours")))
    assert "2 questions on the general boards, 0 of them" in text_of(visitor_client, "/")
    assert "2 topics" in text_of(visitor_client, "/forums/")


def test_a_member_finds_their_groups_and_what_waits_for_an_answer_of_theirs(
    member: User, lead: User, other_member: User, client_of: Callable[[User | None], Client]
) -> None:
    page = group(title="Quiet circle", slug="quiet", lead=lead, members=[member])
    services.request(page.working_group, other_member)
    services.set_visibility(page.working_group, Visibility.PRIVATE)
    home = text_of(client_of(lead), "/")
    assert f'<a href="{page.url}desk/#requests">1 request to join waits' in home
    home = text_of(client_of(member), "/")
    assert f'<a href="{page.url}">Quiet circle</a>' in home
    assert "request to join" not in home
    for user in (None, other_member):
        home = text_of(client_of(user), "/")
        assert "Quiet circle" not in home
        assert "Your groups</h2>" not in home


def test_a_member_of_many_groups_costs_the_home_page_no_more_queries(
    lead: User, other_member: User, client_of: Callable[[User | None], Client]
) -> None:
    def queries() -> int:
        client = client_of(lead)
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    for make in (stage, case, article, tool, TopicFactory):
        make()
    calendar()
    event(in_hours=24)
    group(lead=lead)
    before = queries()
    for _ in range(4):
        services.request(group(lead=lead).working_group, other_member)
    assert queries() == before <= 15


def test_a_made_up_example_is_not_counted_as_a_case(visitor_client: Client) -> None:
    case()
    case(illustrative=True)
    html = " ".join(text_of(visitor_client, "/").split())
    assert "1 case of a real organisation and 1 made-up example, marked as such." in html


def test_an_address_below_a_missing_page_is_missing(visitor_client: Client) -> None:
    page = case()
    assert visitor_client.get(page.url + "nothing/").status_code == 404
    assert visitor_client.get("/nothing/at/all/").status_code == 404


def test_a_page_below_an_unpublished_section_is_still_found_as_wagtail_would(visitor_client: Client) -> None:
    parent = plain_page(title="Section")
    child = plain_page(parent, title="Child")
    assert visitor_client.get(child.url).status_code == 200


def test_a_plain_page_lists_the_pages_below_it(visitor_client: Client) -> None:
    parent = plain_page(title="Working groups", slug="groups")
    plain_page(parent, title="Privacy working group", summary="What may one body know?")
    html = text_of(visitor_client, "/groups/")
    assert "Privacy working group" in html
    assert "What may one body know?" in html


def test_the_plan_of_action_shows_status_and_only_links_that_may_be_seen(visitor_client: Client) -> None:
    open_page = plain_page(title="Open page")
    private = plain_page(title="Private page")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    action = {"number": 1, "title": "Research", "detail": "", "status": "begun", "links": [open_page.pk, private.pk]}
    page = plain_page(title="Plan", body=[{"type": "actions", "value": [action]}])
    html = text_of(visitor_client, page.url)
    assert "Begun" in html
    assert "Open page" in html
    assert "Private page" not in html
