"""Small real documents, made by the libraries that read and write them."""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from docx import Document as Word
from openpyxl import Workbook
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from wagtail.documents import get_document_model
from wagtail.models import Collection


def docx(*paragraphs: str, cell: str = "") -> bytes:
    """A Word file of these paragraphs, and a table of one cell if it has words."""
    document = Word()
    for text in paragraphs:
        document.add_paragraph(text)
    if cell:
        document.add_table(1, 1).cell(0, 0).text = cell
    return _saved(document)


def xlsx(*rows: tuple[Any, ...], sheet: str = "Register") -> bytes:
    """An Excel file of one sheet."""
    book = Workbook()
    active = book.worksheets[0]
    active.title = sheet
    for row in rows:
        active.append(list(row))
    return _saved(book)


def pdf(text: str, password: str = "") -> bytes:
    """A PDF of one page with `text` in Latin letters, locked if there is a password."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {NameObject(key): NameObject(value) for key, value in FONT.items()},
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


FONT = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}


def document(name: str, content: bytes, *, title: str = "", collection: Collection | None = None) -> Any:
    """A document as the admin saves one, in the root collection unless another is given."""
    made = get_document_model()(title=title or name, collection=collection or Collection.get_first_root_node())
    made.file.save(name, ContentFile(content), save=False)
    made._set_document_file_metadata()
    made.save()
    return made


def _saved(thing: Any) -> bytes:
    out = BytesIO()
    thing.save(out)
    return out.getvalue()
