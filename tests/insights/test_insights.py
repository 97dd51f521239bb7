"""Articles: listed newest first, each ending with a question for a board."""

from collections.abc import Callable

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from forums.models import BoardPage, ForumIndexPage
from tests.factories.pages import add, article, case, index

pytestmark = pytest.mark.django_db


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def board() -> BoardPage:
    return add(index(ForumIndexPage, "forums"), BoardPage(title="Governance board"))


def test_an_article_leads_to_its_board_with_the_question(visitor_client: Client) -> None:
    page = article(board=board())
    html = text_of(visitor_client, page.url)
    assert "What did you leave until too late?" in html
    assert f"new/?about={page.pk}" in html
    assert "Governance board" in html


@pytest.mark.parametrize("make", [article, case])
def test_sources_are_listed_below_the_text(make: Callable[..., Page], visitor_client: Client) -> None:
    source = {"short": "OL", "title": "One <ledger>", "publisher": "A council", "url": "https://one.example/?a=1&b=2"}
    html = text_of(visitor_client, make(sources=[("source", {**source, "note": ""})]).url)
    assert "<dt>OL</dt>" in html
    assert '<a href="https://one.example/?a=1&amp;b=2"><cite>One &lt;ledger&gt;</cite></a>, A council' in html


def test_a_private_board_is_not_named_to_a_visitor(visitor_client: Client) -> None:
    private = board()
    page = article(board=private)
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    assert "Governance board" not in text_of(visitor_client, page.url)


def test_articles_are_listed_and_pages_beyond_the_last_show_the_last(visitor_client: Client) -> None:
    for _ in range(14):
        article()
    assert "ArticlePage" in text_of(visitor_client, "/insights/?page=2")
    assert visitor_client.get("/insights/?page=x").status_code == 200
    assert visitor_client.get("/insights/?page=999").status_code == 200


def test_an_empty_list_says_what_will_be_here(visitor_client: Client) -> None:
    from portal.insights.models import InsightIndexPage

    index(InsightIndexPage, "insights")
    assert "No articles yet" in text_of(visitor_client, "/insights/")
