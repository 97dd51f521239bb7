"""The search page and suggestions, as a browser asks for them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.search.models import SearchEntry
from tests.factories.search import entry, private_audience
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def fill(times: int) -> None:
    scheme = SchemeFactory(slug="service-line", title="Service line")
    for _ in range(times):
        held = concept(scheme=scheme)
        entry(
            "Payroll service",
            facets={"service-line": [held.slug]},
            concepts=[held.slug],
            evidence="audited",
            kind="case",
        )
    SearchEntry.objects.filter(kind="term").delete()


def test_results_have_a_heading_with_their_number_and_marked_words(visitor_client: Client) -> None:
    entry("Payroll", body="One payroll & five counties", kind="case", label="Illustrative", evidence="audited")
    page = text_of(visitor_client, "/search/?q=payroll")
    assert "1 result for “payroll”" in page
    assert "One <mark>payroll</mark> &amp; five counties" in page
    assert "Illustrative" in page
    assert "Audited" in page


def test_without_words_everything_can_be_browsed(visitor_client: Client) -> None:
    entry("Payroll")
    assert "Everything: 1 result" in text_of(visitor_client, "/search/")


@pytest.mark.parametrize("typed", ["💩", '"', "...", "- -", '""', "—", "\u0301"])
def test_what_has_no_letter_and_no_digit_finds_nothing_and_says_so(typed: str, visitor_client: Client) -> None:
    entry("Payroll")
    response = visitor_client.get("/search/", {"q": typed, "kind": "case"})
    html = response.content.decode()
    assert response.status_code == 200
    assert response.context["found"].total == 0
    assert "There is no letter and no digit in this" in html
    assert "0 results for" in html
    assert "Take all filters away" in html
    assert "Payroll" not in html


def test_a_word_among_signs_is_searched_for_and_blanks_are_nothing(visitor_client: Client) -> None:
    entry("Payroll")
    assert "1 result for" in text_of(visitor_client, "/search/?q=%F0%9F%92%A9+payroll")
    assert "Everything: 1 result" in text_of(visitor_client, "/search/?q=+%00+")


def test_a_filter_that_nobody_knows_is_called_so(visitor_client: Client) -> None:
    entry("Payroll")
    html = text_of(visitor_client, "/search/?kind=xx")
    assert "unknown: “xx”" in html
    assert "Everything: 0 results" in html


def test_other_words_that_were_searched_are_named_and_can_be_switched_off(visitor_client: Client) -> None:
    concept("Service level agreement", alt=["SLA"])
    entry("Their SLA")
    page = text_of(visitor_client, "/search/?q=service+level+agreement")
    assert "Also searched:" in page
    assert "/search/?q=service+level+agreement&amp;exact=1" in page
    assert "Only these exact words" in text_of(visitor_client, "/search/?q=service+level+agreement&exact=1")


def test_chosen_filters_are_chips_that_take_themselves_away(visitor_client: Client) -> None:
    fill(2)
    entry("Payroll", kind="tool")
    page = text_of(visitor_client, "/search/?q=payroll&kind=case")
    assert 'href="/search/?q=payroll"' in page
    assert "Clear all" in page
    assert "2 results" in page


def test_nothing_found_gives_advice_and_a_spelling(visitor_client: Client) -> None:
    entry("Governance")
    page = text_of(visitor_client, "/search/?q=govrenance")
    assert "Nothing found" in page
    assert 'href="/search/?q=governance"' in page


def test_the_words_typed_are_escaped_everywhere(visitor_client: Client) -> None:
    page = text_of(visitor_client, "/search/?q=%3Cscript%3Ealert(1)%3C/script%3E&kind=%3Cb%3E&sort=%22")
    assert "<script>alert" not in page
    assert "<b>&" not in page


@pytest.mark.parametrize(
    "query",
    ["page=x", "page=-1", "page=99999999999999999999", "q=%00", "q=%F0%9F%A6%89", "q=" + "a" * 5000, "kind=%00",
     "sort=%00", "q=%FF%FE", "level=" + "x" * 3000, "q=%22&page=2", "kind=a&kind=b&evidence=zzz", "q=-a"],
)  # fmt: skip
def test_any_query_string_gets_a_page(visitor_client: Client, query: str) -> None:
    entry("Payroll")
    assert visitor_client.get(f"/search/?{query}").status_code == 200
    assert visitor_client.get(f"/search/suggest/?{query}").status_code == 200


def test_pages_past_the_first_keep_the_search(visitor_client: Client) -> None:
    for _ in range(25):
        entry("Payroll")
    page = text_of(visitor_client, "/search/?q=payroll&page=2")
    assert "?q=payroll&amp;page=1" in page
    assert page.count('class="hit"') == 5


def test_suggestions_are_a_private_list(visitor_client: Client) -> None:
    entry("Governance", kind="case", url="/cases/governance/")
    entry("Governing in secret", audience=private_audience())
    response = visitor_client.get("/search/suggest/?q=gov")
    assert response.json() == [{"title": "Governance", "url": "/cases/governance/", "kind": "Case"}]
    assert "private" in response["Cache-Control"]


def test_at_most_eight_are_suggested(visitor_client: Client) -> None:
    for _ in range(9):
        entry("Governance")
    assert len(visitor_client.get("/search/suggest/?q=gov").json()) == 8


def test_search_takes_no_form_data(visitor_client: Client) -> None:
    assert visitor_client.post("/search/").status_code == 405


def test_what_members_find_is_not_what_visitors_find(client_of: Callable[[Any], Client], member: Any) -> None:
    entry("Payroll", audience=private_audience("member"))
    assert "0 results" in text_of(client_of(None), "/search/?q=payroll")
    assert "1 result " in text_of(client_of(member), "/search/?q=payroll")


@pytest.mark.parametrize("query", ["", "?q=payroll&kind=case&kind=tool&service-line=x", "?q=payroll"])
def test_queries_do_not_grow_with_rows(client_of: Callable[[Any], Client], member: Any, query: str) -> None:
    client = client_of(member)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/search/{query}")
        return len(queries)

    fill(5)
    cost()
    few = cost()
    fill(15)
    cost()
    assert cost() == few <= MOST_QUERIES


def test_a_search_with_facets_takes_few_statements(visitor_client: Client) -> None:
    fill(5)
    visitor_client.get("/search/?q=payroll")
    with CaptureQueriesContext(connection) as queries:
        visitor_client.get("/search/?q=payroll&kind=case")
    statements = [query["sql"] for query in queries if "search" in query["sql"] or "taxonomy" in query["sql"]]
    # Facet schemes, vocabulary version, matches with counts, page, snippets, rows, names.
    assert len(statements) == 7


def test_where_nothing_is_found_there_is_no_empty_panel_of_filters(visitor_client: Client) -> None:
    entry("Payroll", kind="case")
    assert "data-facets" in text_of(visitor_client, "/search/?q=payroll")
    assert "data-facets" not in text_of(visitor_client, "/search/?q=zzqqxx")
    assert "data-facets" in text_of(visitor_client, "/search/?q=zzqqxx&kind=case"), "a chosen filter can be taken away"
