"""A scheme as a spreadsheet: shown first, applied as shown, nothing half-written, and Excel's habits forgiven."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.accounts.models import User
from taxonomy import nightly, services, snapshot, spreadsheet
from taxonomy.models import BroaderLink, BulkEdit, Concept, Scheme
from taxonomy.rules import LabelSpec, VocabularyError
from taxonomy.services import bulk
from taxonomy.spreadsheet import UnreadableError
from taxonomy.text import normalise
from tests.factories.taxonomy import SchemeFactory, concept

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User | None], Client]
URL = "/admin/vocabulary/bulk/service-line/"


@pytest.fixture
def scheme() -> Scheme:
    return SchemeFactory(slug="service-line", title="Service line")


@pytest.fixture
def payroll(scheme: Scheme) -> Concept:
    top = concept("People", scheme=scheme, slug="people")
    labels = [LabelSpec("Pay run"), LabelSpec("Paie", "fr", "CA", "pref")]
    return concept("Payroll", scheme=scheme, slug="payroll", labels=labels, broader=[top], definition="Paying.")


def rows_of(text: str) -> list[spreadsheet.Row]:
    return spreadsheet.read(text.encode())


def shown(scheme: Scheme, text: str) -> bulk.Outcome:
    return bulk.dry_run(scheme, rows_of(text))


def write(scheme: Scheme, text: str) -> bulk.Outcome:
    return bulk.apply_rows(scheme, rows_of(text), snapshot.version_token())


def test_a_dry_run_shows_each_change_and_writes_nothing(payroll: Concept, scheme: Scheme) -> None:
    token = snapshot.version_token()
    outcome = shown(
        scheme,
        "slug,title,definition,broader\npayroll,Payroll,Paying people.,people\npeople,People,What People means.,\n"
        "fleet,Fleet,Cars.,people\n",
    )
    assert [(change.line, change.slug, change.is_new, change.cells) for change in outcome.changes] == [
        (2, "payroll", False, (("definition", "Paying.", "Paying people."),)),
        (4, "fleet", True, (("title", "", "Fleet"), ("definition", "", "Cars."), ("broader", "", "people"))),
    ]
    assert (outcome.unchanged, outcome.errors, outcome.skipped) == (1, [], [])
    assert not Concept.objects.filter(slug="fleet").exists()
    assert (Concept.objects.get(slug="payroll").definition, snapshot.version_token()) == ("Paying.", token)


def test_what_was_shown_is_applied(payroll: Concept, scheme: Scheme) -> None:
    write(
        scheme,
        "slug;title;status;labels;broader;related;order\r\n"
        'fleet;Fleet;Agreed;"alt: Cars @en\npref: Fuhrpark @de/de";"payroll, people";payroll;3,0\r\n',
    )
    made = Concept.objects.get(slug="fleet")
    assert (made.status, made.order) == ("agreed", 3)
    assert ("Fuhrpark", "de", "DE", "pref") in set(made.labels.values_list("text", "language", "jurisdiction", "kind"))
    assert set(BroaderLink.objects.filter(concept=made).values_list("broader__slug", flat=True)) == {
        "payroll",
        "people",
    }
    assert made.related_links.get().related == payroll


def test_a_column_that_is_missing_stays_and_an_empty_cell_empties(payroll: Concept, scheme: Scheme) -> None:
    write(scheme, "slug,labels\npayroll,\n")
    payroll.refresh_from_db()
    assert payroll.definition == "Paying."
    assert list(payroll.labels.values_list("text", flat=True)) == ["Payroll"]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("slug,title\npayroll,\n", 2, "A term needs a title."),
        ("slug,title\n,Pay\n", 2, "There is no slug."),
        ("slug,title\nx,X\nx,Y\n", 3, "The slug “x” is in line 2 already."),
        ("slug,status\npayroll,final\n", 2, "“final” is no status"),
        ("slug,order\npayroll,many\n", 2, "“many” is no order number."),
        ("slug,order\npayroll,٣\n", 2, "is no order number."),
        ("slug,labels\npayroll,Pay\n", 2, "“Pay” is no label"),
        ("slug,labels\npayroll,alt: ??? @en\n", 2, "A label needs at least one letter"),
        ("slug,broader\npayroll,nowhere\n", 2, "There is no term “nowhere”, named as broader."),
        ("slug,broader\npeople,payroll\n", 2, "cannot be broader than"),
        ("slug,source\nnew,Somewhere\n", 2, "There is no term “new”; a new one needs a title."),
        ("slug,title\nnot a slug!,Pay\n", 2, "slug"),
        ("slug,title\nother,payroll\n", 2, "it is already that of “Payroll”"),
        ("slug,replaced_by\npayroll,people\n", 2, "is not deprecated, so nothing replaces it."),
        ('slug,definition,title\npeople,"two\nlines",People\npayroll,x,\n', 4, "A term needs a title."),
    ],
)
def test_a_wrong_line_is_named_and_nothing_of_the_file_is_written(
    payroll: Concept, scheme: Scheme, text: str, line: int, sentence: str
) -> None:
    text += "good,Good\n" if text.startswith("slug,title\n") else ""
    (error,) = shown(scheme, text).errors
    assert error[0] == line
    assert sentence in error[1]
    with pytest.raises(VocabularyError, match=f"Line {line}: "):
        write(scheme, text)
    assert set(Concept.objects.values_list("slug", flat=True)) == {"people", "payroll"}


def test_two_terms_change_places_whatever_the_order_of_the_lines(payroll: Concept, scheme: Scheme) -> None:
    write(scheme, "slug,broader\npeople,payroll\npayroll,\n")
    assert list(BroaderLink.objects.values_list("concept__slug", "broader__slug")) == [("people", "payroll")]


def test_merged_terms_and_those_of_other_schemes_are_skipped_and_told_why(payroll: Concept, scheme: Scheme) -> None:
    concept("Ohio", scheme=SchemeFactory(slug="place", title="Place"), slug="ohio")
    services.merge(concept("Wages", scheme=scheme, slug="wages"), payroll)
    outcome = shown(scheme, "slug,title\nohio,Ohio\nwages,Wages\n")
    assert outcome.skipped == [
        (2, "ohio", "It is in the scheme “Place”. Move it in the tree."),
        (3, "wages", "It was merged into “Payroll”."),
    ]


def test_a_change_in_between_refuses(payroll: Concept, scheme: Scheme) -> None:
    token = shown(scheme, "slug,source\npayroll,A book\n").token
    services.update_concept(payroll, source="Another")
    with pytest.raises(VocabularyError, match="was changed meanwhile"):
        bulk.apply_rows(scheme, rows_of("slug,source\npayroll,A book\n"), token)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'=x", "''-y", "\tz"])
def test_no_cell_runs_as_a_formula_and_all_come_back(payroll: Concept, scheme: Scheme, text: str) -> None:
    services.update_concept(payroll, example=text)
    held = Concept.objects.get(slug="payroll").example
    line = next(row for row in bulk.export(scheme).splitlines() if row.startswith("payroll"))
    assert f",{text}," not in line
    outcome = shown(scheme, bulk.export(scheme))
    assert (outcome.changes, outcome.errors) == ([], [])
    assert held == text.strip()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_is_read_as_spreadsheets_save_it(encoding: str, delimiter: str) -> None:
    text = f"sep={delimiter}\r\n" + "Slug;Title;;\r\n\r\nete;Été à côté\r\n;\r\n".replace(";", delimiter)
    (row,) = spreadsheet.read(text.encode(encoding))
    assert row.cells == {"slug": "ete", "title": "Été à côté"}
    assert row.line == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The first line must name columns"),
        (b"title\nPay\n", "The first line must name columns"),
        (b"slug,colour\nx,red\n", "There is no column “colour”"),
        (b"slug,slug\nx,x\n", "The column “slug” is there twice."),
        (b"slug,title\nx,X,more\n", "Line 2 has 3 cells"),
        (b'slug,title\nx,"' + b"y" * 200_000, "Line 2 cannot be read as CSV"),
        (b"x" * (spreadsheet.MOST_BYTES + 1), "larger than 5 MB"),
        (b"slug\n" + b"x\n" * (spreadsheet.MOST_ROWS + 1), "more than 20000 terms"),
        (b"PK\x03\x04\xff\xfe\x00binary", "The first line must name columns"),
    ],
)
def test_what_is_no_such_spreadsheet_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableError, match=sentence):
        spreadsheet.read(data)


def file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("terms.csv", text.encode())


def test_a_steward_downloads_uploads_looks_and_applies(payroll: Concept, client_of: ClientOf, steward: User) -> None:
    client = client_of(steward)
    assert client.get("/admin/vocabulary/bulk/").status_code == 200
    assert client.get(URL).status_code == 200
    download = client.get(f"{URL}download/")
    assert download["Content-Disposition"] == 'attachment; filename="service-line.csv"'
    changed = download.content.decode("utf-8-sig").replace("Paying.", "Paying people.")
    page = client.post(URL, {"file": file(changed)}).content.decode()
    assert "Paying people." in page
    edit = BulkEdit.objects.get()
    response = client.post(URL, {"apply": edit.pk}, follow=True)
    assert "1 term was written." in response.content.decode()
    payroll.refresh_from_db()
    assert payroll.definition == "Paying people."
    again = client.post(URL, {"apply": edit.pk}, follow=True).content.decode()
    assert "was applied already" in again


def test_applying_what_was_overtaken_shows_the_changes_again(
    payroll: Concept, client_of: ClientOf, steward: User
) -> None:
    client = client_of(steward)
    client.post(URL, {"file": file("slug,source\npayroll,A book\n")})
    edit = BulkEdit.objects.get()
    services.update_concept(payroll, source="Another")
    page = client.post(URL, {"apply": edit.pk}).content.decode()
    assert "was changed meanwhile" in page
    assert "Another" in page
    client.post(URL, {"apply": BulkEdit.objects.get().pk})
    payroll.refresh_from_db()
    assert payroll.source == "A book"


def test_wrong_lines_offer_nothing_to_apply(payroll: Concept, client_of: ClientOf, steward: User) -> None:
    page = client_of(steward).post(URL, {"file": file("slug,title\npayroll,\n")}).content.decode()
    assert "A term needs a title." in page
    assert 'name="apply"' not in page
    assert not BulkEdit.objects.exists()


@pytest.mark.parametrize("data", [{}, {"apply": "x"}, {"apply": "9" * 40}, {"apply": "٣"}])
def test_a_wild_upload_is_told_what_to_do(
    payroll: Concept, client_of: ClientOf, steward: User, data: dict[str, str]
) -> None:
    response = client_of(steward).post(URL, data, follow=True)
    assert response.status_code == 200
    assert "Choose a file." in response.content.decode() or "Upload it again" in response.content.decode()


def test_nobody_applies_anothers_upload(
    payroll: Concept, client_of: ClientOf, steward: User, administrator: User
) -> None:
    client_of(steward).post(URL, {"file": file("slug,source\npayroll,A book\n")})
    client_of(administrator).post(URL, {"apply": BulkEdit.objects.get().pk})
    payroll.refresh_from_db()
    assert payroll.source == ""


def test_uploads_that_nobody_applied_are_deleted_after_a_day(payroll: Concept, steward: User) -> None:
    old = BulkEdit.objects.create(user=steward, scheme=payroll.scheme, file_name="a", rows=[], token="x")
    BulkEdit.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))
    new = BulkEdit.objects.create(user=steward, scheme=payroll.scheme, file_name="b", rows=[], token="x")
    assert nightly.prune_uploads() == "1 spreadsheets deleted"
    assert list(BulkEdit.objects.all()) == [new]


def test_the_command_exports_tells_and_writes(payroll: Concept, tmp_path: Path) -> None:
    path, out = tmp_path / "terms.csv", StringIO()
    call_command("edit_vocabulary", "service-line", path, "--export")
    path.write_text(path.read_text(encoding="utf-8").replace("Paying.", "Paid."), encoding="utf-8")
    call_command("edit_vocabulary", "service-line", path, "--dry-run", stdout=out)
    assert "definition: 'Paying.' → 'Paid.'" in out.getvalue()
    assert Concept.objects.get(slug="payroll").definition == "Paying."
    call_command("edit_vocabulary", "service-line", path, stdout=out)
    assert Concept.objects.get(slug="payroll").definition == "Paid."
    path.write_text("slug,title\npayroll,\n")
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("edit_vocabulary", "service-line", path, stdout=out, stderr=StringIO())


WORDS = st.text(max_size=30).filter(lambda text: not any(0xD800 <= ord(sign) < 0xE000 for sign in text))
LABELS = st.lists(
    st.tuples(
        WORDS.filter(lambda text: normalise(text)), st.sampled_from(["en", "fr", "fr-CA"]), st.sampled_from(["", "US"])
    ),
    max_size=3,
)


class RoundTrip(TestCase):
    @given(st.lists(st.tuples(WORDS, WORDS, LABELS), min_size=1, max_size=4))
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_what_is_exported_and_read_again_changes_nothing(
        self, terms: list[tuple[str, str, list[tuple[str, str, str]]]]
    ) -> None:
        scheme = SchemeFactory(slug="any")
        made: list[Concept] = []
        for number, (definition, source, labels) in enumerate(terms):
            try:
                made.append(
                    concept(
                        f"Term {number}",
                        scheme=scheme,
                        slug=f"term-{number}",
                        definition=definition,
                        source=source,
                        labels=[LabelSpec(*label) for label in labels],
                        broader=made[-1:],
                        related=made[:1],
                    )
                )
            except VocabularyError:
                continue
        outcome = bulk.dry_run(scheme, spreadsheet.read(bulk.export(scheme).encode()))
        assert (outcome.changes, outcome.errors, outcome.skipped) == ([], [], [])
        assert outcome.unchanged == len(made)
