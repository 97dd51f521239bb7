"""More rows, the same number of queries, and never more than fifteen for a member: each list and each detail page."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import CaseLink
from portal.accounts.models import User
from tests.factories.events import event
from tests.factories.forums import TopicFactory
from tests.factories.pages import article, case, plain_page, stage, tool
from tests.site.sample import make_concepts

pytestmark = pytest.mark.django_db

MOST = 15


def queries(client: Client, url: str) -> int:
    """The number of queries of the second request, when what is kept in the process is there."""
    assert client.get(url).status_code == 200, url
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    return len(captured)


def grow(times: int) -> None:
    """Make `times` more of everything that lists show."""
    concepts = make_concepts()
    for _ in range(times):
        kit_stage = stage()
        made = [tool(kit_stage), tool(kit_stage)]
        page = case(concepts=concepts)
        for one in made:
            CaseLink.objects.create(case=page, page=one)
        article()
        event(in_hours=24)
        TopicFactory()


@pytest.fixture
def pages(db: None) -> dict[str, str]:
    grow(1)
    section = plain_page(title="Section", slug="section")
    plain_page(section)
    return {
        "home": "/",
        "cases": "/cases/",
        "case": case(concepts=make_concepts()).url,
        "toolkit": "/toolkit/",
        "stage": stage().url,
        "tool": tool().url,
        "insights": "/insights/",
        "article": article().url,
        "section": section.url,
    }


@pytest.mark.parametrize(
    "name", ["home", "cases", "case", "toolkit", "stage", "tool", "insights", "article", "section"]
)
def test_queries_do_not_grow_with_rows(
    name: str, pages: dict[str, str], member: User, client_of: Callable[[User | None], Client]
) -> None:
    client = client_of(member)
    before = queries(client, pages[name])
    grow(4)
    after = queries(client, pages[name])
    assert after <= before, f"{name}: {before} queries became {after}"
    assert after <= MOST, f"{name}: {after} queries"
