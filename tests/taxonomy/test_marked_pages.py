"""Marked terms on real pages: which, at what cost, switched off, stored; and the authors' and readers' switches."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import PageViewRestriction

from forums.models import BoardPage, ForumIndexPage
from forums.services import ask
from portal.accounts.models import User
from portal.accounts.services import mark_terms
from portal.core import pagecache
from portal.core.text import render_markdown, sanitise
from taxonomy import services, snapshot
from taxonomy.models import Concept, GlossaryPage, Label, Status
from taxonomy.rules import LabelSpec
from tests.factories.pages import add, article, index
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
BODY = [{"type": "text", "value": "<h2>The board</h2><p>A board and a <a href='/x'>fee</a>. The board.</p>"}]
SWITCH = "/marked-terms/"


@pytest.fixture
def page(db: None) -> str:
    concept("Board", slug="board")
    concept("Fee", slug="fee")
    return str(article(body=BODY).url)


def text_of(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def links(text: str) -> int:
    return text.count('<a class="term"')


def test_an_article_marks_the_first_mention(page: str, visitor_client: Client) -> None:
    text = text_of(visitor_client, page)
    assert '<p>A <a class="term" href="/glossary/board/"' in text
    assert links(text) == 1


def test_a_post_is_marked_and_its_title_and_its_preview_in_lists_are_not(
    page: str, member: User, visitor_client: Client
) -> None:
    board = add(index(ForumIndexPage, "forums"), BoardPage(title="Board of boards", slug="boards"))
    topic, _new = ask(board, member, title="Which board?", body="The **board**, or no board?")
    assert '<strong><a class="term"' in text_of(visitor_client, topic.url)
    assert links(text_of(visitor_client, topic.url)) == 1
    assert links(text_of(visitor_client, str(board.url))) == 0
    assert links(text_of(visitor_client, "/search/?q=board")) == 0


def test_a_glossary_for_members_is_quoted_to_members_alone(
    page: str, member: User, visitor_client: Client, client_of: ClientOf
) -> None:
    glossary = index(GlossaryPage, "glossary")
    assert links(text_of(visitor_client, page)) == 1
    PageViewRestriction.objects.create(page=glossary, restriction_type=PageViewRestriction.LOGIN)
    text = text_of(visitor_client, page)
    assert (links(text), "term-notes" in text) == (0, False)
    assert links(text_of(client_of(member), page)) == 1


def test_a_terms_page_marks_other_terms_in_its_definition(visitor_client: Client) -> None:
    index(GlossaryPage, "glossary")
    concept("Board", slug="board", definition="The board that sets the fee.")
    concept("Fee", slug="fee")
    text = text_of(visitor_client, "/glossary/board/")
    assert links(text) == 1
    assert '<a class="term" href="/glossary/fee/"' in text


def test_a_stored_page_ends_with_the_vocabulary_that_it_was_made_with(page: str, visitor_client: Client) -> None:
    assert links(text_of(visitor_client, page)) == 1
    number = pagecache.generation()
    services.update_concept(Concept.objects.get(slug="board"), status=Status.DRAFT)
    assert pagecache.generation() > number
    assert links(text_of(visitor_client, page)) == 0


def test_visitors_with_and_without_marks_have_stored_pages_of_their_own(page: str, client: Client) -> None:
    for _time in range(2):
        client.cookies.clear()
        assert links(text_of(client, page)) == 1
        client.cookies["terms"] = "off"
        assert links(text_of(client, page)) == 0
        client.cookies["terms"] = "x" * 50
        assert links(text_of(client, page)) == 1
    with CaptureQueriesContext(connection) as captured:
        client.cookies["terms"] = "off"
        client.get(page)
    assert len(captured) == 1, "the page was not stored"


def test_one_comes_back_from_the_switch_to_the_page_that_led_there(page: str, visitor_client: Client) -> None:
    shown = visitor_client.get(SWITCH, headers={"referer": f"http://testserver{page}"})
    assert f'name="back" value="{page}"' in shown.content.decode()
    answer = visitor_client.post(SWITCH, {"terms": "off", "back": page})
    assert answer.headers["Location"] == page
    cookie = answer.cookies["terms"]
    assert (cookie.value, cookie["samesite"], bool(cookie["httponly"])) == ("off", "Lax", True)
    assert "Terms are not marked for you." in text_of(visitor_client, SWITCH)
    answer = visitor_client.post(SWITCH, {"terms": "on", "back": page})
    assert answer.cookies["terms"]["max-age"] == 0
    assert "Terms are marked for you." in text_of(visitor_client, SWITCH)


@pytest.mark.parametrize(
    "back", ["//elsewhere.example/", "https://elsewhere.example/", "", "\x00", "x" * 9000, "/\ufdd0"]
)
def test_the_switch_leads_nowhere_else(back: str, visitor_client: Client) -> None:
    assert visitor_client.post(SWITCH, {"terms": "off", "back": back}).headers["Location"] in {SWITCH, "/%EF%B7%90"}


@pytest.mark.parametrize(
    "referer", ["http://[", "https://elsewhere.example/cases/", "", "http://testserver/marked-terms/"]
)
def test_the_switch_takes_no_other_sites_word_for_where_one_came_from(referer: str, visitor_client: Client) -> None:
    assert 'name="back" value="/"' in visitor_client.get(SWITCH, headers={"referer": referer}).content.decode()


def test_a_fence_in_markdown_leaves_its_blocks_without_marks(page: str) -> None:
    rendered = render_markdown("One.\n\n::: no-terms\nA board.\n\n- a fee\n:::\n\nTwo.")
    assert rendered == (
        '<p>One.</p>\n<p data-terms="off">A board.</p>\n<ul data-terms="off">\n<li>a fee</li>\n</ul>\n<p>Two.</p>\n'
    )
    assert sanitise(rendered) == rendered


def test_only_the_word_off_passes_the_sanitiser() -> None:
    assert sanitise('<p data-terms="off">a</p><p data-terms="on">b</p><a data-terms="off">c</a>') == (
        '<p data-terms="off">a</p><p>b</p><a rel="nofollow noopener ugc">c</a>'
    )


def test_editors_have_a_button_in_every_rich_text_whose_mark_survives_editing() -> None:
    assert "no-terms" in get_rich_text_editor_widget(features=["bold"]).features
    assert "no-terms" in get_rich_text_editor_widget().features
    converter = ContentstateConverter(features=["bold", "no-terms"])
    kept = converter.to_database_format(
        converter.from_database_format('<p>A <span data-terms="off">board <b>x</b></span>.</p>')
    )
    assert 'A <span data-terms="off">board' in kept
    assert "<b>" in kept


@pytest.mark.parametrize("many", [10, 10_000])
def test_a_page_costs_the_same_queries_with_ten_and_ten_thousand_concepts(
    many: int, page: str, client_of: ClientOf, member: User
) -> None:
    scheme = SchemeFactory(slug="bulk")
    rows = Concept.objects.bulk_create(
        Concept(scheme=scheme, slug=f"c{n}", title=f"word{n} term", status="agreed", definition_html="<p>x</p>")
        for n in range(many)
    )
    Label.objects.bulk_create(Label(concept=row, text=row.title, kind="pref", normalised=row.title) for row in rows)
    services.set_labels(Concept.objects.get(slug="board"), [LabelSpec("steering group")])
    client = client_of(member)
    snapshot._held = None
    # The article's chips, the version, who sees the glossary, and once in a process all concepts and all labels.
    assert queries_of_the_vocabulary(client, page) == 5
    assert queries_of_the_vocabulary(client, page) == 3


def queries_of_the_vocabulary(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert links(text_of(client, url)) == 1
    assert len(captured) <= 15
    return sum("taxonomy_" in query["sql"] for query in captured)


def test_the_glossarys_list_alone_is_a_part_of_its_page_with_whole_links(visitor_client: Client) -> None:
    index(GlossaryPage, "glossary")
    concept("Board", slug="board")
    concept("Border", slug="border")
    part = text_of(visitor_client, "/glossary/?q=bo&part=list")
    assert "<html" not in part
    assert part.strip() in text_of(visitor_client, "/glossary/?q=bo")
    assert "part=" not in part
    assert "Board" in part
    assert "No such" not in text_of(visitor_client, "/glossary/?part=%00&q=%00")
    text_of(visitor_client, "/glossary/?part=list&scheme=nowhere", status=404)


def test_a_members_choice_holds_on_every_device_and_says_nothing_to_visitors(
    page: str, member: User, client_of: ClientOf, visitor_client: Client
) -> None:
    here, elsewhere = client_of(member), client_of(member)
    assert links(text_of(elsewhere, page)) == 1
    here.post(SWITCH, {"terms": "off"})
    assert "terms" not in here.cookies
    for client in (here, elsewhere):
        assert links(text_of(client, page)) == 0
        assert "Terms are not marked for you." in text_of(client, SWITCH)
        assert "kept with your account" in text_of(client, SWITCH)
    for _ in range(2):
        assert links(text_of(visitor_client, page)) == 1, "a stored page is a visitor's"
    elsewhere.post(SWITCH, {"terms": "on"})
    here.cookies["terms"] = "off"
    assert links(text_of(here, page)) == 1, "a visitor's cookie says nothing of a member"


def test_a_members_choice_costs_no_query(page: str, member: User, client_of: ClientOf) -> None:
    client = client_of(member)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    cost()
    marked = cost()
    mark_terms(member, False)
    assert cost() <= marked
