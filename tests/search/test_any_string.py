"""Any string is a question: ten thousand of them to the database's engine, and some of each sort to the pages."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from portal.core.viewer import Viewer
from portal.search import engines
from portal.search.contract import SearchQuery
from portal.search.services import search, suggest
from tests.factories.search import entry
from tests.search.strings import HUNDRED_KILOBYTES, NUMBER, strings

pytestmark = pytest.mark.django_db
# Every so many of them are sent to the pages too: a number that leaves no sort out.
BETWEEN_PAGES = 97


@pytest.fixture(autouse=True)
def _entry() -> None:
    entry("Payroll ½ ǅ 日本語 नमस्ते", summary="e-mail", body="ﬁne ß İ \u0301 Grants.gov don't")


def test_ten_thousand_strings_are_answered_by_the_database() -> None:
    answered = 0
    with engines.using(engines.named("database")):
        for text in strings():
            assert search(SearchQuery(text=text, facets=("kind",)), Viewer()).total <= 1
            assert len(suggest(text, Viewer())) <= 1
            answered += 1
    assert answered == NUMBER


def test_whatever_is_typed_gets_a_page_and_suggestions(visitor_client: Client) -> None:
    for text in [*list(strings())[::BETWEEN_PAGES], *HUNDRED_KILOBYTES]:
        asked = urlencode({"q": text.encode("utf-8", "surrogatepass")})
        assert visitor_client.get(f"/search/?{asked}").status_code == 200
        assert visitor_client.get(f"/search/suggest/?{asked}").status_code == 200
