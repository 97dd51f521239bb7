"""Importing SKOS: what is taken in of a thesaurus with every oddity, what is said of the rest, and what is refused."""

import gzip
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pyoxigraph import RdfFormat, parse, serialize

from taxonomy import closure
from taxonomy.models import (
    Ancestry,
    BroaderLink,
    Concept,
    Label,
    Mapping,
    Membership,
    Note,
    OutsideScheme,
    Scheme,
    VocabularyVersion,
)
from tests.factories.taxonomy import SchemeFactory, concept
from tests.taxonomy import skos_files

pytestmark = pytest.mark.django_db
SHARED = settings.BASE_DIR.parent / "shared" / "data" / "skos"
PREFIXES = skos_files.HEAD.split("s:all")[0]


def run(*files: Path, scheme: str = "things", **options: Any) -> str:
    out = StringIO()
    call_command("import_skos", *(str(file) for file in files), scheme=scheme, stdout=out, verbosity=0, **options)
    return out.getvalue()


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., str]:
    """Import a few lines of Turtle."""

    def load(turtle: str, **options: Any) -> str:
        file = tmp_path / "some.ttl"
        file.write_text(PREFIXES + turtle, encoding="utf-8")
        return run(file, **options)

    return load


def by_uri(name: str) -> Concept:
    return Concept.objects.get(uri=f"http://example.org/c/{name}")


def labels(name: str) -> set[tuple[str, str, str]]:
    return set(Label.objects.filter(concept=by_uri(name)).values_list("text", "language", "kind"))


def version() -> int:
    return VocabularyVersion.objects.get().number


def test_a_thesaurus_with_every_oddity_is_taken_in_and_each_oddity_is_reported(tmp_path: Path) -> None:
    file = skos_files.write(tmp_path / "things.ttl", 3000)
    said = run(file)
    for sentence in filter(None, skos_files.ODDITIES.values()):
        assert sentence in said
    assert Label.objects.filter(language="nl", kind="pref").count() == 3000
    assert Ancestry.objects.count() > 3000
    assert closure.refresh_all() == set()
    assert by_uri("3").title == "Thing 3 en"
    assert by_uri("3").definition == "What thing 3 is."
    assert set(Note.objects.filter(concept=by_uri("3")).values_list("kind", "language", "text")) == {
        ("definition", "de", "Was Ding 3 ist.")
    }
    assert by_uri("nested").definition == "A definition inside."
    assert by_uri("old").replaced_by == by_uri("0")
    assert (by_uri("german").title, by_uri("german").title_language) == ("Nur deutsch", "de")
    assert (by_uri("plain").title, by_uri("plain").title_language) == ("No language", "")
    assert (by_uri("british").title, by_uri("british").title_language) == ("Colour", "en-GB")
    assert (by_uri("unlabelled").title, by_uri("unlabelled").title_language) == ("Only alternative", "zxx")
    assert (by_uri("bare").title, by_uri("bare").title_language) == ("bare", "zxx")
    assert labels("twice") == {("Twice", "en", "pref"), ("Two times", "en", "alt")}
    assert labels("clash") == {("Clash", "en", "pref")}
    assert Mapping.objects.get(concept=by_uri("mapped"), kind="closeMatch").target == by_uri("0")
    assert set(Membership.objects.filter(concept=by_uri("two-schemes")).values_list("outside__uri", "is_top")) == {
        ("http://example.org/scheme/all", False),
        ("http://example.org/scheme/part", True),
    }
    before = version()
    assert "0 to add, 0 to change" in run(file)
    assert version() == before


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    file = skos_files.write(tmp_path / "things.ttl", 30)
    before = version()
    said = run(file, dry_run=True)
    assert not Concept.objects.exists()
    assert not Scheme.objects.filter(slug="things").exists()
    assert not OutsideScheme.objects.exists()
    assert version() == before
    assert said.removesuffix("Nothing was written. Run again without --dry-run to write it.\n") == run(file)


def test_every_format_compressed_or_not_says_the_same(tmp_path: Path) -> None:
    turtle = skos_files.write(tmp_path / "things.ttl", 20, odd=False)
    triples = [quad.triple for quad in parse(path=str(turtle), format=RdfFormat.TURTLE)]
    for kind, ending in ((RdfFormat.RDF_XML, "rdf"), (RdfFormat.JSON_LD, "jsonld"), (RdfFormat.N_TRIPLES, "nt")):
        packed = tmp_path / f"things.{ending}.gz"
        quads = parse(path=str(turtle), format=RdfFormat.TURTLE)
        data = serialize(quads if kind == RdfFormat.JSON_LD else triples, format=kind)
        packed.write_bytes(gzip.compress(data or b""))
        assert f"{len(triples)} statements read" in run(packed, dry_run=True)
        assert ("20 to add" if kind == RdfFormat.RDF_XML else "0 to add") in run(packed)


def test_files_of_one_language_each_are_read_as_one_and_a_later_one_removes_no_other_language(tmp_path: Path) -> None:
    files = [skos_files.write(tmp_path / f"{tag}.ttl", 12, (tag,), odd=False) for tag in ("de", "en", "fr")]
    run(*files)
    assert by_uri("5").title == "Thing 5 en"
    assert Label.objects.filter(concept=by_uri("5"), kind="pref").count() == 3
    assert "0 to add, 0 to change" in run(files[0])
    assert by_uri("5").title == "Thing 5 en"


def test_english_becomes_the_title_as_soon_as_there_is_a_label_in_it(load: Callable[..., str]) -> None:
    load("c:x a skos:Concept ; skos:prefLabel 'Ding'@de .")
    assert by_uri("x").title_language == "de"
    load("c:x a skos:Concept ; skos:prefLabel 'Ding'@de , 'Thing'@en .")
    assert (by_uri("x").title, by_uri("x").title_language) == ("Thing", "en")
    assert labels("x") == {("Ding", "de", "pref"), ("Thing", "en", "pref")}


def test_what_the_file_no_longer_says_goes_and_what_it_is_silent_about_stays(load: Callable[..., str]) -> None:
    load("c:x a skos:Concept ; skos:prefLabel 'X'@en ; skos:altLabel 'Ex'@en , 'Iks'@de . c:y a skos:Concept ; "
         "skos:prefLabel 'Y'@en ; skos:broader c:x .")  # fmt: skip
    said = load("c:x a skos:Concept ; skos:prefLabel 'X'@en .")
    assert "labels to remove: 1" in said
    assert labels("x") == {("X", "en", "pref"), ("Iks", "de", "alt")}
    assert BroaderLink.objects.count() == 1
    load("c:x a skos:Concept ; skos:prefLabel 'X'@en . c:y a skos:Concept ; skos:prefLabel 'Y'@en . "
         "c:z a skos:Concept ; skos:prefLabel 'Z'@en ; skos:broader c:x .")  # fmt: skip
    assert list(BroaderLink.objects.values_list("concept__title", flat=True)) == ["Z"]


def test_a_circle_with_links_that_are_there_already_is_cut_at_the_new_link(load: Callable[..., str]) -> None:
    load("c:x a skos:Concept ; skos:prefLabel 'X'@en ; skos:broader c:y . c:y a skos:Concept ; skos:prefLabel 'Y'@en .")
    said = load("c:y a skos:Concept ; skos:prefLabel 'Y'@en ; skos:broader c:x .")
    assert "http://example.org/c/y broader http://example.org/c/x" in said
    assert list(BroaderLink.objects.values_list("concept__title", "broader__title")) == [("X", "Y")]


def test_a_new_concept_with_a_taken_preferred_label_is_proposed_not_agreed(load: Callable[..., str]) -> None:
    said = load(
        "c:x a skos:Concept ; skos:prefLabel 'Fleet'@en . c:y a skos:Concept ; skos:prefLabel 'FLEET'@en .",
        status="agreed",
    )
    assert "“FLEET” en: http://example.org/c/y and http://example.org/c/x" in said
    assert (by_uri("x").status, by_uri("y").status) == ("agreed", "proposed")
    assert by_uri("x").slug != by_uri("y").slug


def test_concepts_of_another_scheme_of_ours_are_not_touched(load: Callable[..., str]) -> None:
    load("c:x a skos:Concept ; skos:prefLabel 'X'@en .", scheme="first")
    said = load("c:x a skos:Concept ; skos:prefLabel 'New'@en .", scheme="second")
    assert "Concepts that are in another scheme of ours are left out" in said
    assert by_uri("x").title == "X"


def test_our_own_addresses_are_the_concepts_that_were_made_here(load: Callable[..., str]) -> None:
    made = concept("Fleet", slug="fleet", scheme=SchemeFactory(slug="things"))
    load(f"<{settings.BASE_URL}/glossary/fleet/> a skos:Concept ; skos:prefLabel 'Fleet'@en , 'Flotte'@de .")
    assert Concept.objects.get() == made
    assert set(made.labels.values_list("text", flat=True)) == {"Fleet", "Flotte"}
    assert Concept.objects.get().status == "agreed"


def test_the_page_of_an_imported_concept_is_no_concept_of_its_own(load: Callable[..., str]) -> None:
    load("c:x a skos:Concept ; skos:prefLabel 'Fleet'@en .")
    page = f"<{settings.BASE_URL}{by_uri('x').get_absolute_url()}>"
    said = load(
        f"{page} a skos:Concept ; skos:prefLabel 'Other'@en . "
        f"c:y a skos:Concept ; skos:prefLabel 'Y'@en ; skos:exactMatch {page} ."
    )
    assert "Concepts at the address of a page that shows an imported concept are left out" in said
    assert Mapping.objects.get().target == by_uri("x")


def test_an_address_of_ours_keeps_its_slug_beside_an_imported_concept_of_that_name(load: Callable[..., str]) -> None:
    load(
        "c:x a skos:Concept ; skos:prefLabel 'Fleet'@en . "
        f"<{settings.BASE_URL}/glossary/fleet/> a skos:Concept ; skos:prefLabel 'Our fleet'@en ."
    )
    assert Concept.objects.get(slug="fleet").title == "Our fleet"
    assert by_uri("x").slug == "fleet-things"


def test_texts_without_a_language_get_the_one_that_is_named(load: Callable[..., str]) -> None:
    load("c:x a skos:Concept ; skos:prefLabel 'Flotte' ; skos:definition 'Autos.' .", language="de")
    assert labels("x") == {("Flotte", "de", "pref")}
    assert Note.objects.get().language == "de"


MALFORMED = {
    "cut.ttl": (b"@prefix c: <http://c/> .\nc:a c:b 'x' .\nc:a c:b 'open\n", "line 3"),
    "sign.ttl": (b"@prefix c: <http://c/> .\n\nc:a ;; c:b .\n", "line 3"),
    "latin.ttl": ("<http://a> <http://b> 'é' .\n".encode("latin-1"), "line 1"),
    "cut.rdf": (
        b"<?xml version='1.0'?>\n<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n",
        "line 3",
    ),
    "wrong.rdf": (
        b"<?xml version='1.0'?>\n<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n"
        b"<rdf:Description rdf:ID='a b'/>\n</rdf:RDF>",
        "line",
    ),
    "cut.jsonld": (b'{"@id": "http://a",\n "http://b": \n', "line"),
    "far.jsonld": (b'{"@context": "http://elsewhere.example/c", "@id": "http://a"}', "nothing is fetched"),
    "line.nt": (b"<http://a> <http://b> 'x' .\n", "line 1"),
    "cut.ttl.gz": (gzip.compress(b"<http://a> <http://b> 'x' .\n" * 999)[:60], "cut off"),
    "what.doc": (b"x", "--format"),
    "nothing.ttl": (b"", "no SKOS"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_refused_with_its_line_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    data, sentence = MALFORMED[name]
    good, bad = skos_files.write(tmp_path / "good.ttl", 3, odd=False), tmp_path / name
    bad.write_bytes(data)
    files = [bad] if name == "nothing.ttl" else [good, bad]
    with pytest.raises(CommandError, match=sentence) as refused:
        run(*files)
    assert "Nothing was written." in str(refused.value)
    assert name in str(refused.value) or name == "nothing.ttl"
    assert not Concept.objects.exists()


def test_a_missing_file_and_a_wrong_option_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.ttl")
    file = skos_files.write(tmp_path / "good.ttl", 1, odd=False)
    for options in ({"scheme": "no slug!"}, {"language": "much too long a tag"}, {"base": "nothing"}):
        with pytest.raises(CommandError):
            call_command(
                "import_skos", str(file), *(f"--{key}={value}" for key, value in {"scheme": "x", **options}.items())
            )


def test_xml_in_another_encoding_is_read(tmp_path: Path) -> None:
    file = tmp_path / "latin.rdf"
    file.write_bytes(
        "<?xml version='1.0' encoding='ISO-8859-1'?>\n<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
        "xmlns:skos='http://www.w3.org/2004/02/skos/core#'>\n<skos:Concept rdf:about='http://example.org/c/x'>"
        "<skos:prefLabel xml:lang='fr'>Éducation</skos:prefLabel></skos:Concept></rdf:RDF>".encode("latin-1")
    )
    run(file)
    assert by_uri("x").title == "Éducation"


@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not beside the project")
def test_the_real_files_load_and_come_again_unchanged() -> None:
    los, gemet = SHARED / "los.rdf.gz", sorted((SHARED / "gemet-4.0.1").glob("*.gz"))
    said = run(los, scheme="los")
    assert "526 to add" in said
    assert "Collections are left out" in said
    said = run(*gemet, scheme="gemet")
    assert "5520 to add" in said
    assert "3 × Broader links that close a circle are left out" in said
    assert Label.objects.filter(concept__scheme__slug="gemet", language="de").count() == 5208
    assert "0 to add, 0 to change, 5520 as they are" in run(*gemet, scheme="gemet")
