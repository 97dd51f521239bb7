"""The search page and suggestions, as a browser asks for them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.search import engines
from portal.search.contract import Found
from portal.search.engines.database import DatabaseEngine
from portal.search.models import SearchEntry
from taxonomy.services.merging import merge
from tests.factories.search import entry, private_audience
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
SUGGEST = "/search/suggest/?q=gov"


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
    assert "Without" not in html, "no filter stands in the way"
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


def test_a_quoted_phrase_is_searched_for_alone_and_named_in_one_pair_of_marks(visitor_client: Client) -> None:
    concept("Service level agreement", alt=["SLA"])
    entry("A service level agreement")
    entry("Their SLA")
    for typed in ("%22service+level+agreement%22", "%E2%80%9Cservice+level+agreement%E2%80%9D"):
        page = text_of(visitor_client, f"/search/?q={typed}")
        assert "1 result for “service level agreement”" in page
        assert "Also searched:" not in page
    assert '1 result for “"service level agreement" a”' in unescape(
        text_of(visitor_client, "/search/?q=%22service+level+agreement%22+a")
    )


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
    assert response.json() == {
        "groups": [{"name": "Titles", "items": [{"title": "Governance", "url": "/cases/governance/", "kind": "Case"}]}]
    }
    assert "private" in response["Cache-Control"]


def test_suggestions_are_few_of_each_sort_terms_first(client_of: Callable[[Any], Client], member: Any) -> None:
    for number in range(9):
        entry(f"Governance of part {number}")
    for number in range(4):
        entry(f"Governance {number}", kind="term")
    entry("Gov Member", kind="member", audience=private_audience("member"))
    groups = {group["name"]: len(group["items"]) for group in client_of(member).get(SUGGEST).json()["groups"]}
    assert groups == {"Terms": 3, "Titles": 5, "People": 1}
    assert list(groups) == ["Terms", "Titles", "People"]
    assert [group["name"] for group in Client().get(SUGGEST).json()["groups"]] == ["Terms", "Titles"]


def test_suggestions_cost_the_same_however_many_there_are(visitor_client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            visitor_client.get(SUGGEST)
        return len(queries)

    entry("Governance")
    cost()
    few = cost()
    for _ in range(30):
        entry("Governance")
    # What the engine's sets are, the titles, the rows.
    assert cost() == few <= 3


def test_browsers_get_suggestions_in_their_own_form(visitor_client: Client, settings: Any) -> None:
    settings.BASE_URL = "https://portal.example.gov"
    entry("Governance", kind="case", url="/cases/governance/")
    response = visitor_client.get("/search/suggest/?format=opensearch&q=gov")
    assert response["Content-Type"] == "application/x-suggestions+json"
    assert response.json() == ["gov", ["Governance"], ["Case"], ["https://portal.example.gov/cases/governance/"]]


def test_a_browser_can_learn_of_the_search(visitor_client: Client, settings: Any) -> None:
    settings.BASE_URL = "https://portal.example.gov"
    response = visitor_client.get("/search/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(response.content)  # noqa: S314
    spaced = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert len(root.findtext(f"{spaced}ShortName") or "") <= 16
    urls = {url.get("type"): url.get("template") for url in root.findall(f"{spaced}Url")}
    assert urls["text/html"] == "https://portal.example.gov/search/?q={searchTerms}"
    assert urls["application/x-suggestions+json"] == (
        "https://portal.example.gov/search/suggest/?format=opensearch&q={searchTerms}"
    )
    html = visitor_client.get("/search/").content.decode()
    assert '<link rel="search" type="application/opensearchdescription+xml"' in html
    assert 'href="/search/opensearch.xml"' in html


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
    # Where nothing is found, it is tried without each of the two filters and without both, by a search of its own.
    assert cost() == few <= MOST_QUERIES + (7 if "service-line=x" in query else 0)


def test_a_search_with_facets_takes_few_statements(visitor_client: Client) -> None:
    fill(5)
    visitor_client.get("/search/?q=payroll")
    with CaptureQueriesContext(connection) as queries:
        visitor_client.get("/search/?q=payroll&kind=case")
    statements = [query["sql"] for query in queries if "search" in query["sql"] or "taxonomy" in query["sql"]]
    # Facet schemes, vocabulary version, matches with counts, page, snippets, rows, names, version for shared words.
    assert len(statements) == (8 if connection.vendor == "sqlite" else 7), "PostgreSQL finds matches and page at once"


def test_where_nothing_is_found_there_is_no_empty_panel_of_filters(visitor_client: Client) -> None:
    entry("Payroll", kind="case")
    assert "data-facets" in text_of(visitor_client, "/search/?q=payroll")
    assert "data-facets" not in text_of(visitor_client, "/search/?q=zzqqxx")
    assert "data-facets" in text_of(visitor_client, "/search/?q=zzqqxx&kind=case"), "a chosen filter can be taken away"


def test_a_hit_shows_why_it_is_one_where_and_whether_it_is_old(visitor_client: Client) -> None:
    body = "What a board does. Ours decides on fees twice a year."
    entry(
        "A board of customers",
        body=body,
        kind="topic",
        passages=[[0, "/topic/#post-1", "Question"], [19, "/topic/#post-2", "Accepted answer"]],
        review_by=date(2020, 1, 1),
        source="Governance & fees",
    )
    html = text_of(visitor_client, "/search/?q=board+fees")
    assert "Governance &amp; fees" in html
    assert "A <mark>board</mark> of customers</a>" in html
    assert '<a href="/topic/#post-' in html
    assert "Matches in its title, in its text" in html
    assert "Past its review date" in html
    assert "Past its review date" not in text_of(visitor_client, "/search/?q=nothing")


def test_days_are_chips_and_fields_of_the_form(visitor_client: Client) -> None:
    entry("Old payroll", published_at=datetime(2020, 5, 1, tzinfo=UTC))
    entry("New payroll", published_at=datetime(2026, 5, 1, tzinfo=UTC))
    html = text_of(visitor_client, "/search/?q=payroll&since=2026-01-01&until=2026-12-31")
    assert "1 result for" in html
    assert "From 1 January 2026" in html
    assert 'href="/search/?q=payroll&amp;until=2026-12-31"' in html
    assert 'name="since" value="2026-01-01"' in html
    assert "Filters (2 chosen)" in html


def test_nothing_found_says_which_filter_stands_in_the_way(visitor_client: Client) -> None:
    entry("Payroll", kind="case")
    entry("Payroll", kind="case", evidence="audited", facets={"evidence": ["audited"]})
    entry("Fleet", kind="tool")
    html = text_of(visitor_client, "/search/?q=payroll&kind=tool&since=2000-01-01")
    assert html.count("Without ") == 1, "nothing is found without one of them"
    assert re.search(r'href="/search/\?q=payroll" rel="nofollow">Without any filter: 2 results', html)
    html = text_of(visitor_client, "/search/?q=zeppelin&kind=tool&since=2000-01-01")
    assert "Without " not in html
    html = text_of(visitor_client, "/search/?since=2900-01-01")
    assert re.search(r'href="/search/" rel="nofollow">\s*Without the dates: 3 results', html)
    html = text_of(visitor_client, "/search/?q=payroll&kind=tool")
    assert re.search(r'href="/search/\?q=payroll" rel="nofollow">\s*Without “[^”]+”: 2 results', html)


def test_nothing_found_offers_terms_that_come_near_and_a_question_to_peers(visitor_client: Client) -> None:
    concept("Payroll bureau")
    html = text_of(visitor_client, "/search/?q=payrolls+burea+wagenpark%26")
    assert 'href="/forums/ask/?q=payrolls%20burea%20wagenpark%26"' in html
    assert 'href="/search/?q=Payroll+bureau"' in html


def test_a_long_facet_is_cut_and_all_its_values_can_be_reached(visitor_client: Client) -> None:
    scheme = SchemeFactory(slug="service-line", title="Service line")
    for number in range(12):
        held = concept(f"Line {number}", scheme=scheme, slug=f"line-{number}")
        entry("Payroll", facets={"service-line": [held.slug]})
    first = text_of(visitor_client, "/search/?q=payroll")
    assert first.count('name="service-line"') == 8
    assert 'href="/search/?q=payroll&amp;more=service-line#facet-service-line"' in first
    whole = text_of(visitor_client, "/search/?q=payroll&more=service-line")
    assert whole.count('name="service-line"') == 12
    assert 'href="/search/?q=payroll#facet-service-line"' in whole
    chosen = text_of(visitor_client, "/search/?q=payroll&service-line=line-9")
    assert 'value="line-9" checked' in chosen


def test_what_stands_below_a_value_is_folded_until_one_of_them_is_chosen(visitor_client: Client) -> None:
    scheme = SchemeFactory(slug="level", title="Level")
    local = concept("Local", scheme=scheme, slug="local")
    concept("District", scheme=scheme, slug="district", broader=[local])
    entry("Payroll", facets={"level": ["local", "district"]})
    fold = '<details class="branch" data-fold="level/local"'
    assert f"{fold}><summary>1 within" in text_of(visitor_client, "/search/?q=payroll")
    for chosen in ("local", "district"):
        assert f"{fold} open>" in text_of(visitor_client, f"/search/?q=payroll&level={chosen}")


@pytest.mark.parametrize("address", ["/search/", "/search/?q=county"])
def test_a_filter_by_a_merged_term_finds_what_its_successor_finds(visitor_client: Client, address: str) -> None:
    line = SchemeFactory(slug="service-line")
    old, new = concept("Wages", slug="wages", scheme=line), concept("Payroll", slug="payroll", scheme=line)
    merge(old, new)
    entry("A county pays", facets={"service-line": [new.slug]})
    joint = "&" if "?" in address else "?"
    now = text_of(visitor_client, f"{address}{joint}service-line=payroll")
    assert text_of(visitor_client, f"{address}{joint}service-line=wages") == now
    assert "1 result" in now
    assert "A county pays" in now.replace("<mark>", "").replace("</mark>", "")
    assert "A county pays" not in text_of(visitor_client, f"{address}{joint}service-line=other")


def test_only_editors_hear_that_the_search_server_is_away(
    client_of: Callable[[Any], Client], member: Any, editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class AwayEngine(DatabaseEngine):
        """What the fallback answers while the server is away."""

        def search(self, *args: Any, **options: Any) -> Found:
            return replace(super().search(*args, **options), degraded=True)

    monkeypatch.setattr(engines, "current", AwayEngine)
    entry("Payroll")
    told = [
        "the search server is away" in text_of(client_of(who), "/search/?q=payroll") for who in (None, member, editor)
    ]
    assert told == [False, False, True]
