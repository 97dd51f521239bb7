"""The directory: found by words and filters over what members show to members, and never by anything else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.core.viewer import viewer_for
from portal.members import services
from portal.search import remembered
from portal.search.contract import SearchQuery
from taxonomy import services as vocabulary
from tests.factories.members import profiled
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
Clients = Callable[[User | None], Client]


def table(client: Client, query: str = "") -> str:
    response = client.get(f"/members/{query}")
    assert response.status_code == 200
    return response.content.decode().split("<main")[1]


@pytest.fixture
def payroll() -> Any:
    return concept("Payroll", scheme=SchemeFactory(slug="service-line", title="Service line"), slug="payroll")


def test_a_visitor_is_led_to_sign_in(client_of: Clients) -> None:
    response = client_of(None).get("/members/?q=clerk")
    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/login/?next=/members/%3Fq%3Dclerk"


def test_members_are_found_by_what_they_show(member: User, payroll: Any, client_of: Clients) -> None:
    profiled(name="A town clerk", role="Bookkeeper", service_lines=[payroll], languages=["fr"], affiliation="research")
    client = client_of(member)
    for query in (
        "?q=bookkeeper",
        "?service-line=payroll",
        "?language=fr",
        "?affiliation=research",
        "?q=payroll",
        "?q=french",
        "?service-line=payroll&language=fr&q=town",
    ):
        page = table(client, query)
        assert "A town clerk" in page, query
        assert "A county finance director" not in page, query
    assert "No member matches" in table(client, "?language=fr&affiliation=provider")


def test_members_are_not_found_by_what_they_hide(member: User, payroll: Any, client_of: Clients) -> None:
    hidden = dict.fromkeys(("role", "service_lines", "languages", "affiliation", "organisation"), "nobody")
    profiled(
        name="A town clerk",
        role="Bookkeeper",
        organisation="A tiny town",
        service_lines=[payroll],
        languages=["fr"],
        affiliation="research",
        show=hidden,
    )
    client = client_of(member)
    everybody = table(client)
    assert "A town clerk" in everybody
    for word in ("Bookkeeper", "tiny", "Payroll", "French", "Research"):
        assert word not in everybody
    for query in ("?q=bookkeeper", "?service-line=payroll", "?language=fr", "?affiliation=research", "?q=tiny"):
        assert "No member matches" in table(client, query), query


def test_facets_have_words_and_count(member: User, payroll: Any, client_of: Clients) -> None:
    profiled(service_lines=[payroll], languages=["is"], affiliation="provider")
    profiled(service_lines=[payroll], languages=["is", "en"])
    page = table(client_of(member))
    for title in ("Service line", "Works for", "Language"):
        assert f"<summary>{title}</summary>" in page
    assert '<span>Icelandic</span><span class="tally">2</span>' in page
    assert '<span>Provider</span><span class="tally">1</span>' in page
    assert '<span>Payroll</span><span class="tally">2</span>' in page


def test_names_are_sorted_and_columns_lead_to_other_orders(member: User, client_of: Clients) -> None:
    profiled(name="Zoe the clerk")
    profiled(name="Adam the clerk")
    client = client_of(member)
    page = table(client)
    assert page.index("A county finance") < page.index("Adam the clerk") < page.index("Zoe the clerk")
    assert 'aria-sort="ascending"><a href="/members/"' in page
    newest = table(client, "?sort=newest&q=clerk")
    assert newest.index("Adam the clerk") < newest.index("Zoe the clerk")
    assert 'aria-sort="descending"' in newest
    assert "/members/?q=clerk&amp;sort=title" in newest


@pytest.mark.parametrize(
    "query",
    [
        "?page=999",
        "?page=x",
        "?sort=karma",
        "?q=%00%FF",
        "?service-line=" + "x" * 300,
        "?q=" + "a " * 400,
        "?language=en&language=%F0%9F%92%A9",
    ],
)
def test_a_strange_query_string_gets_a_page(query: str, member: User, client_of: Clients) -> None:
    table(client_of(member), query)


def test_the_directory_is_paged_and_keeps_its_state(member: User, client_of: Clients) -> None:
    for number in range(30):
        profiled(name=f"Clerk {number:02}", languages=["fr"])
    page = table(client_of(member), "?language=fr")
    assert page.count('<th scope="row">') == 25
    assert "?language=fr&amp;page=2" in page
    assert table(client_of(member), "?language=fr&page=2").count('<th scope="row">') == 5


def test_a_closed_account_vanishes_even_where_search_was_not_told(member: User, client_of: Clients) -> None:
    closed = profiled(name="A clerk who left")
    client = client_of(member)
    assert "A clerk who left" in table(client)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert "A clerk who left" not in table(client)


def test_what_was_hidden_is_not_remembered(member: User, client_of: Clients) -> None:
    one = profiled(name="A clerk", role="Bookkeeper")
    client = client_of(member)
    assert "A clerk" in table(client, "?q=bookkeeper")
    services.update(one, show={"role": "nobody"})
    assert "No member matches" in table(client, "?q=bookkeeper")


def test_a_renamed_term_is_named_anew(member: User, payroll: Any, client_of: Clients) -> None:
    profiled(service_lines=[payroll])
    client = client_of(member)
    assert "Payroll" in table(client)
    vocabulary.update_concept(payroll, title="Paying people")
    page = table(client)
    assert '<td data-label="Service lines">Paying people</td>' in page
    assert "<span>Paying people</span>" in page


def test_an_answer_is_asked_for_once_until_something_changes(member: User) -> None:
    viewer, query = viewer_for(member), SearchQuery(kinds=("member",), facets=("language",))
    first = remembered.search(query, viewer)
    with CaptureQueriesContext(connection) as captured:
        assert remembered.search(query, viewer) == first
    assert not [one for one in captured if "portal_search" in one["sql"]]
    profiled(languages=["fr"])
    assert remembered.search(query, viewer).total == first.total + 1
    assert remembered.search(SearchQuery(kinds=("member",)), viewer).facets == ()


@pytest.mark.parametrize("url", ["/members/", "/members/?q=clerk", "/members/?service-line=payroll", "{profile}"])
def test_more_members_cost_no_more_queries(url: str, member: User, payroll: Any, client_of: Clients) -> None:
    def grow(times: int) -> User:
        topics = [concept(scheme=SchemeFactory(slug="topic")) for _ in range(times)]
        made = [profiled(name=f"Clerk of {times}", service_lines=[payroll], ask_about=topics) for _ in range(times)]
        return made[0]

    def queries(address: str) -> int:
        # Asked a second time: names of terms are read once per process.
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    client = client_of(member)
    before = queries(url.format(profile=f"/members/{grow(2).pk}/"))
    after = queries(url.format(profile=f"/members/{grow(8).pk}/"))
    assert after <= before
    assert after <= 15
