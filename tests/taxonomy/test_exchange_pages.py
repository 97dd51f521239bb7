"""The vocabulary for programs: files, negotiation, the term's page, and what all of it costs with many terms."""

import csv
import json
import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyoxigraph import RdfFormat, parse
from wagtail.models import PageViewRestriction

from portal.home.models import HomePage
from taxonomy import services, snapshot
from taxonomy.models import Concept, GlossaryPage, Label, Mapping, Notation, Note
from taxonomy.rules import LabelSpec
from taxonomy.services.version import announce
from taxonomy.text import normalise
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
TURTLE, JSON_LD, RDF_XML = "text/turtle", "application/ld+json", "application/rdf+xml"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(autouse=True)
def glossary(home: HomePage) -> GlossaryPage:
    page = GlossaryPage(title="Glossary", slug="glossary", summary="Our words.")
    home.add_child(instance=page)
    return page


@pytest.fixture
def fleet() -> Concept:
    made = concept("Fleet", slug="fleet", labels=[LabelSpec("Flotte", "de", "", "pref")], definition="Cars </script>.")
    other = concept("Vehicles", slug="vehicles")
    Mapping.objects.create(concept=made, kind="exactMatch", uri="http://elsewhere.example/fleet")
    Mapping.objects.create(concept=made, kind="closeMatch", uri=f"{settings.BASE_URL}/glossary/vehicles/", target=other)
    Mapping.objects.create(concept=made, kind="broadMatch", uri="javascript:alert(1)")
    Note.objects.create(concept=made, kind="definition", language="de", text="Autos.")
    Notation.objects.create(concept=made, text="36.2")
    announce([made.pk])
    return made


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    ("ending", "media_type", "kind"),
    [("ttl", TURTLE, RdfFormat.TURTLE), ("jsonld", JSON_LD, RdfFormat.JSON_LD), ("rdf", RDF_XML, RdfFormat.RDF_XML)],
)
def test_each_format_has_an_address_for_all_terms_and_one_for_each(
    ending: str, media_type: str, kind: RdfFormat, fleet: Concept, visitor_client: Client
) -> None:
    whole = visitor_client.get(f"/glossary.{ending}")
    one = visitor_client.get(f"/glossary/fleet.{ending}")
    assert whole.headers["Content-Type"].startswith(media_type)
    assert one.headers["Content-Type"].startswith(media_type)
    uri = f"{settings.BASE_URL}/glossary/fleet/"
    about = {(str(q.subject), str(q.predicate), str(q.object)) for q in parse(one.content, format=kind)}
    assert (f"<{uri}>", "<http://www.w3.org/2004/02/skos/core#prefLabel>", '"Flotte"@de') in about
    everything = {(str(q.subject), str(q.predicate), str(q.object)) for q in parse(body(whole), format=kind)}
    assert about <= everything
    assert visitor_client.get(f"/glossary/none.{ending}").status_code == 404


def test_the_table_has_a_row_for_each_term_and_no_cell_that_is_a_formula(visitor_client: Client) -> None:
    concept("Fleet", slug="fleet", definition="=HYPERLINK(1)")
    rows = list(csv.DictReader(StringIO(body(visitor_client.get("/glossary.csv")).decode())))
    assert [(row["slug"], row["preferred"], row["definition"]) for row in rows] == [
        ("fleet", "Fleet (en)", "'=HYPERLINK(1)")
    ]


def test_drafts_and_deprecated_terms_are_in_the_file_with_their_state(visitor_client: Client) -> None:
    old, new = concept("Hub", slug="hub"), concept("Centre", slug="centre")
    concept("Idea", slug="idea", status="draft")
    services.deprecate(old, replaced_by=new)
    said = body(visitor_client.get("/glossary.ttl")).decode()
    assert 'cg:status "draft"' in said
    assert "owl:deprecated true" in said
    assert f"dcterms:isReplacedBy <{settings.BASE_URL}/glossary/centre/>" in said


def test_the_file_changes_with_the_vocabulary_and_is_not_sent_again_to_who_has_it(visitor_client: Client) -> None:
    made = concept("Fleet", slug="fleet")
    first = visitor_client.get("/glossary.ttl")
    etag = first.headers["ETag"]
    assert visitor_client.get("/glossary.ttl", headers={"if-none-match": etag}).status_code == 304
    packed = visitor_client.get("/glossary.ttl", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    services.update_concept(made, title="Motor pool")
    again = visitor_client.get("/glossary.ttl", headers={"if-none-match": etag})
    assert b"Motor pool" in body(again)


def test_a_term_answers_in_the_form_that_is_asked_for_stored_pages_or_not(
    fleet: Concept, visitor_client: Client
) -> None:
    def ask(accept: str) -> Any:
        return visitor_client.get("/glossary/fleet/", headers={"accept": accept})

    for _time in range(2):
        page = ask(BROWSER)
        assert page.headers["Content-Type"].startswith("text/html")
        assert "Accept" in [name.strip() for name in page.headers["Vary"].split(",")]
        for media_type, ending in ((TURTLE, "ttl"), (JSON_LD, "jsonld"), (RDF_XML, "rdf")):
            found = ask(f"{media_type}, text/html;q=0.5")
            assert found.headers["Content-Type"].startswith(media_type)
            assert found.headers["Content-Location"] == f"/glossary/fleet.{ending}"
            assert "Accept" in [name.strip() for name in found.headers["Vary"].split(",")]
    assert ask("text/html, text/turtle;q=0.5").headers["Content-Type"].startswith("text/html")
    assert ask("*/*").headers["Content-Type"].startswith("text/html")
    assert ask("nonsense/;;q=x").headers["Content-Type"].startswith("text/html")


def test_a_private_glossary_has_no_files(glossary: GlossaryPage, fleet: Concept, visitor_client: Client) -> None:
    PageViewRestriction.objects.create(page=glossary, restriction_type=PageViewRestriction.LOGIN)
    for address in ("/glossary.ttl", "/glossary.csv", "/glossary/fleet.ttl"):
        assert visitor_client.get(address).status_code == 404
    assert visitor_client.get("/glossary/fleet/", headers={"accept": TURTLE}).status_code == 404


def test_the_page_shows_matches_notes_notation_and_addresses(fleet: Concept, visitor_client: Client) -> None:
    page = visitor_client.get("/glossary/fleet/").content.decode()
    assert '<a href="http://elsewhere.example/fleet" rel="nofollow noopener">' in page
    assert "Exactly matches" in page
    assert '<a href="/glossary/vehicles/">Vehicles</a>' in page
    assert "javascript:" not in page
    assert '<div lang="de"><p>Autos.</p></div>' in page
    assert "Definition (German)" in page
    assert "<code>36.2</code>" in page
    assert '<link rel="alternate" type="text/turtle" href="/glossary/fleet.ttl">' in page
    other = visitor_client.get("/glossary/vehicles/").content.decode()
    assert '<a href="/glossary/fleet/">Fleet</a>' in other


def test_search_engines_read_a_defined_term_that_no_markup_breaks_out_of(
    fleet: Concept, visitor_client: Client
) -> None:
    page = visitor_client.get("/glossary/fleet/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    said = json.loads(block)
    assert (said["@type"], said["name"], said["description"]) == ("DefinedTerm", "Fleet", "Cars </script>.")
    assert said["url"] == f"{settings.BASE_URL}/glossary/fleet/"
    assert said["sameAs"] == ["http://elsewhere.example/fleet"]
    assert (said["alternateName"], said["termCode"]) == (["Flotte"], ["36.2"])


def test_a_title_in_another_language_says_so(visitor_client: Client) -> None:
    made = concept("Fleet", slug="fleet")
    Concept.objects.filter(pk=made.pk).update(title="Flotte", title_language="de", uri="http://elsewhere.example/f")
    announce([made.pk])
    page = visitor_client.get("/glossary/fleet/").content.decode()
    assert '<h1 lang="de">Flotte</h1>' in page
    assert "http://elsewhere.example/f" in page
    assert '<dt><a href="/glossary/fleet/" lang="de">Flotte</a>' in visitor_client.get("/glossary/").content.decode()


@pytest.mark.parametrize("address", ["/glossary.ttl", "/glossary.csv", "/glossary/top.ttl"])
def test_files_cost_the_same_queries_with_four_times_the_terms(address: str, client_of: Callable[..., Client]) -> None:
    scheme = SchemeFactory(slug="s")
    top = concept("top", scheme=scheme, slug="top")
    client = client_of(None)

    def cost() -> int:
        snapshot._held = None
        announce(())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def grow(start: int, end: int) -> None:
        for number in range(start, end):
            concept(f"term {number}", scheme=scheme, broader=[top], related=[top], alt=[f"word {number}"])

    grow(0, 4)
    few = cost()
    grow(4, 16)
    assert cost() == few


def test_a_flat_thesaurus_of_ten_thousand_has_a_list_a_tree_and_terms_of_bounded_size(visitor_client: Client) -> None:
    scheme = SchemeFactory(slug="flat")
    made = Concept.objects.bulk_create(
        Concept(scheme=scheme, slug=f"c-{n}", title=f"Thing {n}", uri=f"http://example.org/{n}") for n in range(10_000)
    )
    Label.objects.bulk_create(
        Label(concept=one, text=text, language=language, kind="pref", normalised=normalise(text))
        for one in made
        for text, language in ((one.title, "en"), (one.title.replace("Thing", "Ding"), "de"))
    )
    announce(())
    costs = []
    for address in ("/glossary/", "/glossary/?view=tree", "/glossary/c-17/"):
        with CaptureQueriesContext(connection) as queries:
            response = visitor_client.get(address)
        assert response.status_code == 200
        assert len(response.content) < 400_000
        costs.append(len(queries))
    assert max(costs) <= 22, "once for each version of the vocabulary"
    page = visitor_client.get("/glossary/?view=tree").content.decode()
    assert "9000 more terms stand beside these." in page
    assert "<dt>Ding" not in visitor_client.get("/glossary/").content.decode()
    assert "/glossary/c-17/" in visitor_client.get("/glossary/", {"q": "ding 17"}).content.decode()
    assert "/glossary/c-17/" in visitor_client.get("/glossary/thing-17/").content.decode()
