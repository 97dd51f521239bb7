"""The glossary's public pages: what they show to whom, what they cost, and what they say to bad input."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.core.viewer import Viewer
from portal.home.models import HomePage
from taxonomy import services, snapshot, usage
from taxonomy.models import GlossaryPage
from taxonomy.rules import LabelSpec
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def glossary(home: HomePage) -> GlossaryPage:
    page = GlossaryPage(title="Glossary", slug="glossary", summary="Our words.")
    home.add_child(instance=page)
    return page


def text_of(client: Client, url: str, status: int = 200, **query: Any) -> str:
    response = client.get(url, query)
    assert response.status_code == status, response.content[:300]
    return " ".join(response.content.decode().split())


def test_the_index_lists_terms_by_letter_and_other_words_as_see_lines(visitor_client: Client) -> None:
    concept("service-level agreement", slug="sla", alt=["SLA", "Service Level Agreement"])
    concept("Änderung", slug="aenderung")
    concept("3D printing", slug="printing")
    page = text_of(visitor_client, "/glossary/")
    assert '<dt><a href="/glossary/sla/">service-level agreement</a></dt>' in page
    assert '<dt>SLA</dt><dd>see <a href="/glossary/sla/">service-level agreement</a></dd>' in page
    assert page.count("service-level agreement</a>") == 2
    assert '<h2 id="letter-a">A</h2>' in page
    assert '<a href="#letter-other">#</a>' in page
    assert "<span>Q</span>" in page
    assert "3 terms" in page


def test_hidden_labels_are_shown_nowhere_but_find_their_term(visitor_client: Client) -> None:
    concept("back office", slug="back-office", labels=[LabelSpec("bakoffice", kind="hidden")])
    assert "bakoffice" not in text_of(visitor_client, "/glossary/")
    assert "bakoffice" not in text_of(visitor_client, "/glossary/back-office/")
    assert "/glossary/back-office/" in text_of(visitor_client, "/glossary/", q="bakoff")


def test_the_index_is_narrowed_by_scheme_and_by_words(visitor_client: Client) -> None:
    scheme = SchemeFactory(slug="place", title="Place", description="Where it is.")
    concept("Canada", scheme=scheme, slug="canada")
    concept("Canal", slug="canal")
    page = text_of(visitor_client, "/glossary/", scheme="place")
    assert "/glossary/canada/" in page
    assert "/glossary/canal/" not in page
    assert "Where it is." in page
    assert "/glossary/canal/" in text_of(visitor_client, "/glossary/", q="CÁNAL")
    assert "No term begins with “&lt;b&gt;x”" in text_of(visitor_client, "/glossary/", q="<b>x")


def test_the_tree_shows_narrower_terms_below_broader_ones(visitor_client: Client) -> None:
    scheme = SchemeFactory(slug="place", title="Place")
    top = concept("Europe", scheme=scheme, slug="europe")
    concept("Austria", scheme=scheme, slug="austria", broader=[top])
    page = text_of(visitor_client, "/glossary/", view="tree")
    assert '<a href="/glossary/europe/">Europe</a><ul><li><a href="/glossary/austria/">Austria</a>' in page


def test_a_term_shows_all_that_is_known_of_it(visitor_client: Client) -> None:
    scheme = SchemeFactory(slug="topic", title="Topic")
    top = concept("head", scheme=scheme, slug="head")
    peer = concept("minister", scheme=scheme, slug="minister")
    made = concept(
        "deputy minister",
        scheme=scheme,
        slug="deputy-minister",
        definition="The *senior* official.",
        scope_note="Not a politician. <script>",
        example="One in each ministry.",
        source="The editors",
        broader=[top],
        related=[peer],
        labels=[
            LabelSpec("permanent secretary", "en", "UK", "pref"),
            LabelSpec("sous-ministre", "fr", "CA", "pref"),
        ],
    )
    concept("assistant deputy", scheme=scheme, slug="assistant", broader=[made])
    page = text_of(visitor_client, "/glossary/deputy-minister/")
    assert "<p>The <em>senior</em> official.</p>" in page
    assert "Not a politician. &lt;script&gt;" in page
    for shown in ("One in each ministry.", "The editors", "/glossary/head/", "/glossary/minister/", "Agreed"):
        assert shown in page
    assert "/glossary/assistant/" in page
    assert '<th scope="row">permanent secretary</th><td>United Kingdom</td><td>English</td><td>Preferred</td>' in page
    assert '<th scope="row" lang="fr">sous-ministre</th><td>Canada</td><td>French</td>' in page
    assert "/glossary/deputy-minister/</a>" in page


def test_a_deprecated_term_leads_to_its_replacement_and_leaves_the_index(visitor_client: Client) -> None:
    scheme = SchemeFactory()
    old, new = concept("hub", scheme=scheme, slug="hub"), concept("centre", scheme=scheme, slug="centre")
    services.deprecate(old, replaced_by=new)
    assert 'Use this one instead: <a href="/glossary/centre/">centre</a>' in text_of(visitor_client, "/glossary/hub/")
    index = text_of(visitor_client, "/glossary/")
    assert '<dt>hub</dt><dd>see <a href="/glossary/centre/">centre</a></dd>' in index


def test_a_draft_says_so(visitor_client: Client) -> None:
    concept("idea", slug="idea", status="draft")
    assert "has not agreed on this definition yet" in text_of(visitor_client, "/glossary/idea/")
    assert '<span class="label">Draft</span>' in text_of(visitor_client, "/glossary/")


def test_a_change_shows_at_once_to_visitors_served_from_the_cache(visitor_client: Client) -> None:
    made = concept("fleet", slug="fleet", definition="Cars.")
    assert "Cars." in text_of(visitor_client, "/glossary/fleet/")
    assert "Cars." in text_of(visitor_client, "/glossary/")
    services.update_concept(made, definition="Vehicles.")
    assert "Vehicles." in text_of(visitor_client, "/glossary/fleet/")
    assert "Vehicles." in text_of(visitor_client, "/glossary/")


@pytest.fixture
def counted() -> Iterator[None]:
    def count(concept_id: int, viewer: Viewer) -> list[usage.Use]:
        return [("Cases", 4 if viewer.is_member else 3, "/cases/?topic=fleet"), ("Tools", 0, "/toolkit/")]

    usage.register(count)
    usage.register(count)
    yield
    usage._finders.remove(count)


def test_what_uses_a_term_is_counted_for_the_viewer(
    counted: None, client_of: ClientOf, visitor_client: Client, member: User
) -> None:
    concept("fleet", slug="fleet")
    line = '<li><a href="/cases/?topic=fleet">Cases</a> <span class="meta">{}</span></li>'
    page = text_of(visitor_client, "/glossary/fleet/")
    assert line.format(3) in page
    assert "Tools" not in page
    assert line.format(4) in text_of(client_of(member), "/glossary/fleet/")


def test_an_unknown_term_is_a_404_that_offers_near_ones(visitor_client: Client) -> None:
    concept("service-level agreement", slug="service-level-agreement", alt=["SLA"])
    page = text_of(visitor_client, "/glossary/SLA/", status=404)
    assert "The glossary has no term at this address." in page
    assert "/glossary/service-level-agreement/" in page
    assert "has no scheme “colour”" in text_of(visitor_client, "/glossary/", status=404, scheme="colour")


@pytest.mark.parametrize(
    "query",
    [
        {"page": "x"},
        {"page": "-1"},
        {"page": "9" * 400},
        {"q": "\x00"},
        {"q": "🦆" * 3000},
        {"q": "%' OR 1=1 --"},
        {"q": "\ud7ff\u202e"},
        {"view": "nope", "q": "a"},
        {"view": "tree", "page": "7"},
        {"scheme": ""},
    ],
)
def test_a_wild_query_gets_a_page(visitor_client: Client, query: dict[str, Any]) -> None:
    concept("fleet")
    text_of(visitor_client, "/glossary/", **query)


@pytest.mark.parametrize("slug", ["%00", "a" * 3000, "%F0%9F%A6%86", "..%2e", "'", "%E2%80%AE"])
def test_a_wild_address_gets_a_404(visitor_client: Client, slug: str) -> None:
    concept("fleet")
    text_of(visitor_client, f"/glossary/{slug}/", status=404)
    assert visitor_client.get("/glossary/fleet/deeper/").status_code == 404


def test_a_wild_scheme_gets_a_404(visitor_client: Client) -> None:
    for wild in ("x" * 9000, "🦆", "a\x00b"):
        text_of(visitor_client, "/glossary/", status=404, scheme=wild)


@pytest.mark.parametrize("url", ["/glossary/", "/glossary/?view=tree", "/glossary/?q=t", "/glossary/top/"])
def test_pages_cost_the_same_queries_with_four_times_the_terms(client_of: ClientOf, member: User, url: str) -> None:
    scheme = SchemeFactory(slug="s")
    top = concept("top", scheme=scheme, slug="top")

    def grow(start: int, end: int) -> None:
        for number in range(start, end):
            concept(f"term {number}", scheme=scheme, broader=[top], related=[top], alt=[f"word {number}"])

    client = client_of(member)

    def cost() -> tuple[int, int]:
        snapshot._held = None
        with CaptureQueriesContext(
            connection,
        ) as cold:
            assert client.get(url).status_code == 200
        with CaptureQueriesContext(connection) as warm:
            assert client.get(url).status_code == 200
        return len(cold), len(warm)

    client.get(url)
    grow(0, 5)
    few = cost()
    grow(5, 20)
    assert cost() == few
    cold, warm = few
    assert warm <= 12
    assert cold <= 22, "once for each version of the vocabulary"


def test_a_long_glossary_is_split_into_pages_whose_letters_lead_there(
    visitor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taxonomy.views.LINES_ON_A_PAGE", 2)
    for title in ("alpha", "beta", "gamma"):
        concept(title)
    page = text_of(visitor_client, "/glossary/")
    assert "gamma" not in page
    assert '<a href="?page=2#letter-g">G</a>' in page
    assert "gamma" in text_of(visitor_client, "/glossary/", page="2")


def test_a_very_large_tree_shows_its_two_topmost_levels(
    visitor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taxonomy.views.MOST_IN_A_TREE", 2)
    scheme: Any = SchemeFactory()
    above = None
    for title in ("one", "two", "three"):
        above = concept(title, scheme=scheme, broader=[above] if above else [])
    page = text_of(visitor_client, "/glossary/", view="tree")
    assert "two</a>" in page
    assert "three</a>" not in page
