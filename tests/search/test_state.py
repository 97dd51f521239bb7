"""The query string: read with tolerance, written into links."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from portal.search.contract import Facet, FacetValue, Hit, SearchPage, SearchQuery
from portal.search.state import clear_url, query_from, sort_links, url_with, with_links

FACETS = ("kind", "level")


def page_of(params: QueryDict, *values: tuple[str, bool]) -> SearchPage:
    found = tuple(FacetValue(value, value.title(), 1, chosen) for value, chosen in values)
    return SearchPage(query_from(params, facets=FACETS), 1, (), (Facet("level", "Level", found),))


def test_a_query_is_read() -> None:
    params = QueryDict("q=payroll&level=local&level=federal&kind=case&sort=title&page=3&exact=1&colour=red")
    assert query_from(params, facets=FACETS) == SearchQuery(
        text="payroll",
        filters={"kind": frozenset({"case"}), "level": frozenset({"local", "federal"})},
        sort="title", page=3, facets=FACETS, exact=True,
    )  # fmt: skip


def test_only_the_named_facets_filter() -> None:
    assert query_from(QueryDict("level=local"), facets=("kind",)).filters == {}


@pytest.mark.parametrize("page", ["x", "", "-3", "0", "1e9", "9" * 5000, "\x00", "²"])
def test_a_wild_page_number_is_some_page(page: str) -> None:
    params = QueryDict(mutable=True)
    params["page"] = page
    assert 1 <= query_from(params).page <= 100_000


def test_a_wild_sort_is_the_one_given() -> None:
    assert query_from(QueryDict("sort=colour"), sort="newest").sort == "newest"


@given(st.lists(st.tuples(st.sampled_from(["q", "page", "sort", "level", "exact", "x"]), st.text()), max_size=30))
def test_no_query_string_raises(pairs: list[tuple[str, str]]) -> None:
    params = QueryDict(mutable=True)
    for name, value in pairs:
        params.appendlist(name, value)
    query = query_from(params, facets=FACETS)
    found = with_links(SearchPage(query, 0, ()), params, "/search/")
    assert clear_url(found, params, "/search/").startswith("/search/")


def test_each_value_links_to_itself_added_or_taken_away_from_page_one() -> None:
    params = QueryDict("q=a+b&level=local&page=4&sort=newest&junk=1")
    found = with_links(page_of(params, ("local", True), ("x y&", False)), params, "/search/")
    assert [value.toggle_url for value in found.facets[0].values] == [
        "/search/?q=a+b&sort=newest",
        "/search/?q=a+b&level=local&sort=newest&level=x+y%26",
    ]


def test_without_any_state_a_link_is_the_path_and_the_value() -> None:
    params = QueryDict("")
    found = with_links(page_of(params, ("local", False)), params, "/cases/")
    assert found.facets[0].values[0].toggle_url == "/cases/?level=local"


def test_changes_replace_and_clear() -> None:
    params = QueryDict("q=a&level=local&exact=1")
    found = page_of(params, ("local", True))
    assert url_with(found, params, "/s/", exact="") == "/s/?q=a&level=local"
    assert url_with(found, params, "/s/", q="b") == "/s/?level=local&exact=1&q=b"
    assert clear_url(found, params, "/s/") == "/s/?q=a&exact=1"


def test_orders_to_choose_from_leave_relevance_out_where_there_are_no_words() -> None:
    params = QueryDict("q=a&sort=title")
    links = sort_links(page_of(params), params, "/s/")
    assert [(link.label, link.url, link.is_current) for link in links] == [
        ("relevance", "/s/?q=a", False), ("newest", "/s/?q=a&sort=newest", False),
        ("most useful", "/s/?q=a&sort=useful", False), ("title", "/s/?q=a&sort=title", True)
    ]  # fmt: skip
    params = QueryDict("")
    assert [(link.label, link.is_current) for link in sort_links(page_of(params), params, "/s/")] == [
        ("newest", True), ("most useful", False), ("title", False)
    ]  # fmt: skip


def test_the_hits_page_like_any_list_of_django() -> None:
    hits = (Hit("page", 1, "A", "/a/", ""),)
    paged = SearchPage(SearchQuery(page=2, size=20), 41, hits).paged
    assert (list(paged), paged.number, paged.paginator.num_pages, paged.has_next()) == (list(hits), 2, 3, True)
