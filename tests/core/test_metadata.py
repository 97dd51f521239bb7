"""What a file says of whoever made it does not come along, and what it says itself does."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ValidationError
from django.test import Client
from docx import Document as Word
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject
from wagtail.documents.models import Document
from wagtail.models import Collection

from portal.accounts.models import User
from portal.core import metadata
from portal.core.uploads import without_makers
from tests.factories.documents import docx, pdf

CANARY = "Canary"
CORE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
APP = f"<Properties xmlns='{metadata.PROPERTIES.format('extended')}'><Company>{CANARY} Ltd</Company></Properties>"
CORE = (
    f"<cp:coreProperties xmlns:cp='{metadata.CORE}' xmlns:dc='{metadata.DC}'><dc:title>A plan</dc:title>"
    f"<dc:creator>{CANARY}</dc:creator><cp:lastModifiedBy>{CANARY}</cp:lastModifiedBy></cp:coreProperties>"
)
META = (
    f"<office:document-meta xmlns:office='{metadata.OFFICE}' xmlns:meta='{metadata.META}' xmlns:dc='{metadata.DC}'>"
    f"<office:meta><dc:title>A plan</dc:title><dc:creator>{CANARY}</dc:creator>"
    f"<meta:initial-creator>{CANARY}</meta:initial-creator><meta:user-defined>{CANARY}</meta:user-defined>"
    "</office:meta></office:document-meta>"
)


def archive(entries: dict[str, str | bytes], source: bytes = b"") -> bytes:
    """A ZIP of these entries, in place of those of `source` or behind them."""
    found: dict[str, str | bytes] = {}
    if source:
        with zipfile.ZipFile(BytesIO(source)) as given:
            found = {name: given.read(name) for name in given.namelist()}
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (found | entries).items():
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            made.writestr(name, content, compress_type=packed)
    return written.getvalue()


def word() -> bytes:
    document = Word()
    document.add_paragraph("Five depots.")
    said = document.core_properties
    said.author = said.last_modified_by = said.comments = f"{CANARY} of the county"
    said.title = "A plan"
    out = BytesIO()
    document.save(out)
    return archive(
        {"docProps/app.xml": APP, "docProps/custom.xml": f"<Properties>{CANARY}</Properties>"}, out.getvalue()
    )


def excel() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["Five depots", 5])
    book.properties.creator = book.properties.lastModifiedBy = CANARY
    book.properties.title = "A plan"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def slides() -> bytes:
    """Its core properties stand where only the relationships say."""
    relation = f"<Relationships><Relationship Type='{CORE_RELATION}' Target='/Other/Core.xml'/></Relationships>"
    entries = {"ppt/presentation.xml": "<x/>", "_rels/.rels": relation, "other/core.xml": CORE, "docProps/app.xml": APP}
    return archive(dict(entries))


def open_document(ending: str) -> bytes:
    kind = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}[ending]
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return archive({"mimetype": mimetype, "content.xml": "<x/>", "meta.xml": META})


def paper(**more: Any) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf("Five depots"))))
    writer.add_metadata({"/Title": "A plan", "/Author": CANARY, "/Creator": CANARY, "/Company": CANARY})
    packet = DecodedStreamObject()
    packet.set_data(f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(packet)
    for name, value in more.items():
        writer.root_object[NameObject(f"/{name}")] = value
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def unpacked(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return content.decode("latin-1")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("latin-1") for name in archive.namelist())


FILES: dict[str, Callable[[], bytes]] = {
    "a.docx": word,
    "a.xlsx": excel,
    "a.pptx": slides,
    "a.odt": lambda: open_document("odt"),
    "a.ods": lambda: open_document("ods"),
    "a.odp": lambda: open_document("odp"),
    "a.pdf": paper,
}


@pytest.mark.parametrize("name", FILES)
def test_who_made_a_file_is_taken_out_and_its_title_stays(name: str) -> None:
    content = FILES[name]()
    assert CANARY in unpacked(content)
    clean = without_makers(name, content)
    assert CANARY not in unpacked(clean)
    assert "A plan" in unpacked(clean)
    assert without_makers(name, clean).startswith(clean[:4])


def test_what_was_remarked_or_changed_stays_without_the_names_of_who_did_it() -> None:
    document = Word()
    run = document.add_paragraph("Five depots.").add_run("Six?")
    document.add_comment(run, text="Count again.", author=CANARY, initials=CANARY)
    out = BytesIO()
    document.save(out)
    people = f"<w15:person w15:author='{CANARY}'><w15:presenceInfo w15:userId=\"S::{CANARY}@x\"/></w15:person>"
    changed = f'<w:ins w:id="1" w:author="{CANARY}" w:date="2026-01-01T00:00:00Z"><w:r/></w:ins>'
    files = {
        "a.docx": archive({"word/people.xml": people, "word/footnotes.xml": changed}, out.getvalue()),
        "a.xlsx": archive(
            {
                "xl/comments1.xml": f"<comments><authors><author>{CANARY}</author></authors></comments>",
                "xl/persons/person.xml": f'<personList><person displayName="{CANARY}" userId="{CANARY}"/></personList>',
                "xl/other.xml": '<x15ac:absPath url="Kept"/>',
            },
            excel(),
        ),
        "a.pptx": archive(
            {"ppt/commentAuthors.xml": f'<p:cmAuthor id="1" name="{CANARY}" initials="{CANARY}"/>'}, slides()
        ),
        "a.odt": archive(
            {"content.xml": f"<office:annotation><dc:creator>{CANARY}</dc:creator>Count again.</office:annotation>"},
            open_document("odt"),
        ),
    }
    for name, content in files.items():
        assert CANARY in unpacked(content)
        clean = without_makers(name, content)
        assert CANARY not in unpacked(clean), name
        assert "Author" in unpacked(clean)
    read = Word(BytesIO(without_makers("a.docx", files["a.docx"])))
    assert [(comment.author, comment.text) for comment in read.comments] == [("Author", "Count again.")]


def test_a_pdf_that_anybody_may_open_is_taken_though_not_everybody_may_print_it() -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(paper())))
    writer.encrypt(user_password="", owner_password="open sesame")
    out = BytesIO()
    writer.write(out)
    clean = PdfReader(BytesIO(without_makers("a.pdf", out.getvalue())))
    assert "Five depots" in clean.pages[0].extract_text()
    assert clean.metadata is not None
    assert (clean.metadata.title, clean.metadata.author) == ("A plan", None)


def test_what_the_files_say_can_still_be_read() -> None:
    document = Word(BytesIO(without_makers("a.docx", word())))
    assert [paragraph.text for paragraph in document.paragraphs] == ["Five depots."]
    assert (document.core_properties.title, document.core_properties.author) == ("A plan", "")
    book = load_workbook(BytesIO(without_makers("a.xlsx", excel())))
    assert [list(row) for row in book.worksheets[0].iter_rows(values_only=True)] == [["Five depots", 5]]
    reader = PdfReader(BytesIO(without_makers("a.pdf", paper())))
    assert "Five depots" in reader.pages[0].extract_text()
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("A plan", None)
    with zipfile.ZipFile(BytesIO(without_makers("a.odt", open_document("odt")))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_what_is_signed_stays_as_it_was_signed() -> None:
    form = DictionaryObject({NameObject("/SigFlags"): NumberObject(3)})
    signed = {
        "a.pdf": paper(AcroForm=form),
        "a.docx": archive({"_xmlsignatures/sig1.xml": "<x/>"}, word()),
        "a.odt": archive({"META-INF/documentsignatures.xml": "<x/>"}, open_document("odt")),
        # Nothing to take out.
        "b.docx": archive({"word/document.xml": "<x/>"}),
        "a.txt": b"Written by Canary",
    }
    for name, content in signed.items():
        assert without_makers(name, content) == content, name


BOMB = archive({"word/document.xml": b"\0" * (metadata.MOST_UNPACKED + 1), "docProps/core.xml": CORE})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7\nnothing more"),
        ("a.pdf", pdf("Five depots", password="open sesame")),
        ("a.docx", archive({"docProps/core.xml": "<not closed"}, docx("Five depots"))),
        ("a.docx", docx("Five depots")[:-40]),
        ("a.docx", BOMB),
    ],
    ids=["torn PDF", "locked PDF", "broken part", "torn archive", "bomb"],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError, match="damaged, or locked with a password"):
        without_makers(name, content)


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "address"), [("file", "add"), ("files[]", "multiple/add")])
def test_documents_of_editors_lose_their_makers_too(
    field: str, address: str, home: object, editor: User, client_of: Callable[[User], Client]
) -> None:
    collection, client = Collection.get_first_root_node().pk, client_of(editor)
    for name, content in (("plan.docx", word()), ("torn.pdf", b"%PDF-1.7\nnothing more")):
        sent = {"title": name, field: SimpleUploadedFile(name, content), "collection": collection}
        assert client.post(f"/admin/documents/{address}/", sent).status_code in {200, 302}
    [document] = Document.objects.all()
    with document.open_file() as file:
        kept = file.read()
    assert CANARY not in unpacked(kept)
    assert document.file_size == len(kept)
