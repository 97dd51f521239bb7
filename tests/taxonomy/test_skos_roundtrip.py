"""Export → import → export is the same, whatever the vocabulary holds."""

from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pyoxigraph import RdfFormat, parse

from taxonomy import services
from taxonomy.models import Concept, Mapping, Notation, Note, OutsideScheme, Scheme
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.skos.writing import FORMATS, write_vocabulary
from taxonomy.text import clean_text
from tests.factories.taxonomy import SchemeFactory, concept
from tests.taxonomy import skos_files

SHARED = portal.BASE_DIR.parent / "shared" / "data" / "skos"
KINDS = {"turtle": RdfFormat.TURTLE, "rdfxml": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD}
Statements = frozenset[tuple[str, str, str]]

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LABELS = st.builds(
    LabelSpec,
    TEXT.filter(lambda text: any(char.isascii() and char.isalnum() for char in text)),
    st.sampled_from(["en", "de", "fr-CA", "zh-Hans", ""]),
    st.sampled_from(["", "CA", "UK"]),
    st.sampled_from(["pref", "alt", "hidden"]),
)
NOTES = st.tuples(
    st.sampled_from(["definition", "scopeNote", "historyNote"]), st.sampled_from(["en", "de", ""]), TEXT.map(str.strip)
)


def exported(slug: str, kind: str = "turtle") -> bytes:
    out = BytesIO()
    write_vocabulary([Scheme.objects.get(slug=slug)], FORMATS[kind], out)
    return out.getvalue()


def statements(data: bytes, kind: str = "turtle") -> Statements:
    return frozenset((str(q.subject), str(q.predicate), str(q.object)) for q in parse(data, format=KINDS[kind]))


def imported(data: bytes, slug: str, kind: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(data)
        call_command("import_skos", str(file), scheme=slug, format=kind, verbosity=0, stdout=StringIO())


def emptied() -> None:
    Concept.objects.update(replaced_by=None)
    Concept.objects.all().delete()
    OutsideScheme.objects.all().delete()
    Scheme.objects.all().delete()


def check(slug: str) -> None:
    """All formats say the same, and an empty portal that reads any of them says the same again."""
    before = statements(exported(slug))
    files = {kind: exported(slug, kind) for kind in KINDS}
    for kind, data in files.items():
        assert statements(data, kind) == before
        emptied()
        imported(data, slug, kind)
        assert statements(exported(slug)) == before


class AnyVocabulary(TestCase):
    """Random concepts with random labels, notes, notations, mappings and links."""

    # An example costs a second, so a failing one is not made smaller.
    @settings(
        max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate]
    )
    @given(st.lists(st.tuples(st.lists(LABELS, max_size=4), st.lists(NOTES, max_size=3)), min_size=1, max_size=4))
    def test_comes_back_as_it_was(self, wanted: list[tuple[list[LabelSpec], list[Any]]]) -> None:
        scheme = SchemeFactory(slug="any", description="What <it> & is.")
        made: list[Concept] = []
        for number, (labels, notes) in enumerate(wanted):
            try:
                one = concept(f"Term {number}", scheme=scheme, slug=f"t-{number}", labels=labels, broader=made[-2:])
            except VocabularyError:
                continue
            held = {(kind, language, _plain(text)) for kind, language, text in notes if _plain(text)}
            Note.objects.bulk_create(
                Note(concept=one, kind=kind, language=language, text=text) for kind, language, text in held
            )
            Notation.objects.create(concept=one, text=f"{number}.1", datatype="http://example.org/code")
            Mapping.objects.create(concept=one, kind="closeMatch", uri=f"http://elsewhere.example/{number}?a=b&c=d#e")
            made.append(one)
        if len(made) > 1:
            services.set_related(made[0], made[1:])
            services.deprecate(made[-1], replaced_by=made[0])
        check("any")


def _plain(text: str) -> str:
    """What is left of a note's text when it is read: without what XML cannot say, in one kind of line break."""
    return clean_text(text).strip()


@pytest.mark.django_db
def test_a_thesaurus_with_every_oddity_comes_back_as_it_was(tmp_path: Path) -> None:
    file = skos_files.write(tmp_path / "things.ttl", 100)
    imported(file.read_bytes(), "things", "turtle")
    check("things")


@pytest.mark.django_db
@pytest.mark.skipif(not SHARED.exists(), reason="the real files are not beside the project")
def test_a_real_file_comes_back_as_it_was() -> None:
    imported((SHARED / "los.rdf.gz").read_bytes(), "los", "rdfxml")
    check("los")


@pytest.mark.django_db
def test_the_command_writes_named_schemes_to_a_file_and_refuses_unknown_ones(tmp_path: Path) -> None:
    concept("Here", scheme=SchemeFactory(slug="one"))
    concept("There", scheme=SchemeFactory(slug="two"))
    for kind in FORMATS:
        out = tmp_path / kind
        call_command("export_skos", scheme=["one"], format=kind, output=out)
        assert b"Here" in out.read_bytes()
        assert b"There" not in out.read_bytes()
    with pytest.raises(CommandError, match="no scheme three"):
        call_command("export_skos", scheme=["three"])
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_skos", output=tmp_path / "none" / "file")
