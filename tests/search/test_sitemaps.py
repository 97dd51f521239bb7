"""The sitemap names what everybody may read, by its address, and nothing else."""

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from tests.factories.forums import BoardFactory, TopicFactory
from tests.factories.pages import article, case, plain_page

pytestmark = pytest.mark.django_db


def test_it_names_public_pages_and_questions_only(visitor_client: Client) -> None:
    shown, private, draft = case(), plain_page(title="Hidden matter", slug="hidden-matter"), article()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    draft.unpublish()
    question = TopicFactory(title="Who signs?")
    hidden_board = BoardFactory(title="Closed circle")
    hidden = TopicFactory(board=hidden_board, title="What do we fear?")
    PageViewRestriction.objects.create(page=hidden_board, restriction_type=PageViewRestriction.LOGIN)
    response = visitor_client.get("/sitemap.xml")
    text = response.content.decode()
    assert response["Content-Type"] == "application/xml"
    for address in (shown.url, question.url, "/"):
        assert f"<loc>http://testserver{address}</loc>" in text
    for absent in (private.url, draft.url, hidden.url, hidden_board.url):
        assert absent not in text


def test_robots_learn_where_the_sitemap_is(visitor_client: Client) -> None:
    text = visitor_client.get("/robots.txt").content.decode()
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text
    assert "Disallow: /admin/" in text
