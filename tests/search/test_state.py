"""The query string: read with tolerance, written into links."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from portal.search.contract import Facet, FacetValue, Hit, SearchPage, SearchQuery
from portal.search.state import Place, query_from

FACETS = ("kind", "level")


def place_of(query: str, path: str = "/search/", **options: str) -> Place:
    """Where the search of that query string stands."""
    return Place(query_from(QueryDict(query), facets=FACETS, sort=options.get("sort", "relevance")), path, **options)


def links(place: Place, *values: tuple[str, bool]) -> list[str]:
    """The addresses of these values of the level, each chosen or not."""
    found = tuple(FacetValue(value, value.title(), 1, chosen) for value, chosen in values)
    return [value.toggle_url for value in place.linked(Facet("level", "Level", found)).values]


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


@given(
    st.lists(
        st.tuples(st.sampled_from(["q", "page", "sort", "level", "exact", "since", "more", "x"]), st.text()),
        max_size=30,
    )
)
def test_no_query_string_raises_and_its_address_leads_to_itself(pairs: list[tuple[str, str]]) -> None:
    params = QueryDict(mutable=True)
    for name, value in pairs:
        params.appendlist(name, value)
    place = Place(query_from(params, facets=FACETS), "/search/")
    again = Place(query_from(QueryDict(place.address.partition("?")[2]), facets=FACETS), "/search/")
    assert again.address == place.address
    assert place.cleared().startswith("/search/")


def test_each_value_links_to_itself_added_or_taken_away_from_page_one() -> None:
    place = place_of("q=a+b&level=local&page=4&sort=newest&junk=1")
    assert links(place, ("local", True), ("x y&", False)) == [
        "/search/?q=a+b&sort=newest",
        "/search/?q=a+b&level=local&level=x+y%26&sort=newest",
    ]


def test_without_any_state_a_link_is_the_path_and_the_value() -> None:
    assert links(place_of("", "/cases/"), ("local", False)) == ["/cases/?level=local"]


def test_one_search_has_one_address_however_it_was_put_together() -> None:
    typed = (
        "kind=b&kind=a&q=x&until=2026-02-01&level=local&since=2026-01-01&sort=title",
        "sort=title&since=2026-01-01&until=2026-02-01&level=local&q=x&kind=a&kind=b&page=2",
    )
    wanted = "/search/?q=x&kind=a&kind=b&level=local&since=2026-01-01&until=2026-02-01&sort=title"
    assert {place_of(query).address for query in typed} == {wanted}


def test_changes_replace_and_clear() -> None:
    place = place_of("q=a&level=local&exact=1&since=2026-01-01", "/s/")
    assert place.url(exact="") == "/s/?q=a&level=local&since=2026-01-01"
    assert place.url(q="b") == "/s/?q=b&level=local&since=2026-01-01&exact=1"
    assert place.cleared() == "/s/?q=a&exact=1"
    assert place.without("level") == "/s/?q=a&since=2026-01-01&exact=1"
    assert place.without("since") == "/s/?q=a&level=local&exact=1"


def test_a_form_of_some_keys_carries_the_others_along() -> None:
    place = place_of("q=a&level=local&sort=title&page=3")
    assert place.fields(leave_out=("level",)) == [("q", "a"), ("sort", "title")]
    assert place.fields(leave_out=("q",)) == [("level", "local"), ("sort", "title")]


def test_addresses_lead_to_the_part_of_the_page_where_the_list_is() -> None:
    place = place_of("level=local", "/kit/", anchor="tools")
    assert (place.address, place.cleared()) == ("/kit/?level=local#tools", "/kit/#tools")


def test_a_cut_facet_links_to_its_whole_list_and_back() -> None:
    facet = Facet("level", "Level", (FacetValue("local", "Local", 1, False),), truncated=True)
    cut = place_of("q=a").linked(facet)
    assert (cut.more_url, cut.fewer_url) == ("/search/?q=a&more=level#facet-level", "")
    whole = place_of("q=a&more=level").linked(facet)
    assert (whole.more_url, whole.fewer_url) == ("", "/search/?q=a#facet-level")


def test_orders_to_choose_from_leave_relevance_out_where_there_are_no_words() -> None:
    orders = [(link.label, link.url, link.is_current) for link in place_of("q=a&sort=title", "/s/").sort_links()]
    assert orders == [
        ("relevance", "/s/?q=a", False), ("newest", "/s/?q=a&sort=newest", False),
        ("most useful", "/s/?q=a&sort=useful", False), ("title", "/s/?q=a&sort=title", True)
    ]  # fmt: skip
    assert [(link.label, link.url, link.is_current) for link in place_of("", "/s/").sort_links()] == [
        ("newest", "/s/", True), ("most useful", "/s/?sort=useful", False), ("title", "/s/?sort=title", False)
    ]  # fmt: skip
    by_title = place_of("", "/s/", sort="title").sort_links()
    assert [link.url for link in by_title] == ["/s/?sort=newest", "/s/?sort=useful", "/s/"]


def test_the_hits_page_like_any_list_of_django() -> None:
    hits = (Hit("page", 1, "A", "/a/", ""),)
    paged = SearchPage(SearchQuery(page=2, size=20), 41, hits).paged
    assert (list(paged), paged.number, paged.paginator.num_pages, paged.has_next()) == (list(hits), 2, 3, True)


def test_no_choice_of_a_long_list_is_lost() -> None:
    chosen = [f"line-{number}" for number in range(60)]
    query = query_from(QueryDict("&".join(f"level={value}" for value in chosen)), facets=FACETS)
    assert query.filters["level"] == frozenset(chosen)
