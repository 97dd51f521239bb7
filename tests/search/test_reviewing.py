"""Past their review date, pages say so, hits say so, and those who may change them are told."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from portal.accounts.models import User
from tests.factories.pages import article, case, plain_page, stage, tool
from tests.search.conftest import find

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
PAST, YET_TO_COME = date(2020, 2, 29), date(2999, 1, 1)
REPORT = "/admin/reports/past-review/"


@pytest.mark.parametrize("make", [case, tool, stage, article, plain_page])
def test_a_page_past_its_date_says_so_to_its_readers_and_in_search(make: Callable[..., Any]) -> None:
    page = make(title="Prices of paper", review_by=PAST)
    assert "was to be looked at again by 29 February 2020" in Client().get(page.url).content.decode()
    (hit,) = find("prices").hits
    assert hit.stale
    page.review_by = YET_TO_COME
    page.save_revision().publish()
    assert "looked at again" not in Client().get(page.url).content.decode()
    assert not find("prices").hits[0].stale


def test_without_a_date_nothing_is_stale() -> None:
    page = plain_page(title="Prices of paper")
    assert (page.review_by, page.is_stale) == (None, False)
    assert not find("prices").hits[0].stale


def test_editors_see_what_is_past_its_date_and_nothing_else(client_of: ClientOf, editor: User) -> None:
    case(title="Prices of paper", review_by=PAST)
    article(title="Prices of ink", review_by=YET_TO_COME)
    plain_page(title="Prices of pens")
    hidden = plain_page(title="Prices of secrets", review_by=PAST)
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.GROUPS)
    client = client_of(editor)
    content = client.get(REPORT).content.decode()
    assert "Prices of paper" in content
    assert not [title for title in ("Prices of ink", "Prices of pens", "Prices of secrets") if title in content]
    assert "Prices of paper" in client.get(f"{REPORT}results/").content.decode()
    exported = b"".join(client.get(f"{REPORT}?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Prices of paper,2020-02-29" in exported
    assert REPORT in client.get("/admin/").content.decode()


def test_the_report_is_no_business_of_members(client_of: ClientOf, member: User) -> None:
    plain_page(title="Prices of paper", review_by=PAST)
    response = client_of(member).get(REPORT, follow=True)
    assert b"Prices of paper" not in response.content
