"""What office files and PDFs say of whoever made them, taken out: author, last editor, company, remarks, programs.

A program of its own (`apart`). What the file is about stays: title, subject, keywords, language and dates. Comments and
tracked changes stay, without the names of whose they are: as in Word, they are by "Author". A signed file stays as it
is: it would be signed no longer, and its signature names the author anyway.

What is left: whom the text itself names, the names in notes on the pages of a PDF, and what pictures and files within
a file say of themselves.
"""

import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from portal.core import apart

# Bytes that an office file, which is a ZIP archive, says it unpacks to.
MOST_UNPACKED = 200 * 2**20
SIGNATURES = ("_xmlsignatures/", "meta-inf/documentsignatures.xml")

DC, TERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
OFFICE, META = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "meta"))
NAMESPACES = {
    "cp": CORE, "dc": DC, "dcterms": TERMS, "office": OFFICE, "meta": META,
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}  # fmt: skip
OF_SUBJECT = {f"{{{DC}}}{name}" for name in ("title", "subject", "language")}
KEPT_OF_CORE = {
    *OF_SUBJECT,
    *(f"{{{CORE}}}{name}" for name in ("keywords", "category")),
    *(f"{{{TERMS}}}{name}" for name in ("created", "modified")),
}
KEPT_OF_META = {
    *OF_SUBJECT,
    f"{{{DC}}}date",
    *(f"{{{META}}}{name}" for name in ("keyword", "creation-date", "document-statistic")),
}
# What a relationship's type ends with → what is to become of the part that it names.
RELATIONSHIPS = {"/core-properties": "core", "/extended-properties": "app", "/custom-properties": "custom"}
# The parts of an office file in which names stand beside what somebody changed or remarked → what of them is a name.
_QUOTED = rb"""("[^"]*"|'[^']*')"""
NAMED = [
    (re.compile(place), re.compile(name))
    for place, name in (
        (r"word/[^/]+\.xml", rb"(\sw\d*:(?:author|initials|userId)=)" + _QUOTED),
        (r"xl/(threaded)?comments.*\.xml", rb"(<author>)([^<]*)"),
        (r"xl/persons/[^/]+\.xml", rb"(\s(?:displayName|userId)=)" + _QUOTED),
        (r"xl/workbook\.xml", rb"(<x15ac:absPath\b[^>]*\surl=|<fileSharing\b[^>]*\suserName=)" + _QUOTED),
        (r"ppt/(commentauthors|authors)\.xml", rb"(\s(?:name|initials|userId)=)" + _QUOTED),
        (r"(content|styles)\.xml", rb"(<(?:dc:creator|meta:creator-initials|loext:sender-initials)>)([^<]*)"),
    )
]
ANYBODY = b"Author"
EMPTY = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{}"/>'
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/{}-properties"


def _core(content: bytes) -> bytes:
    root = ElementTree.fromstring(content)  # noqa: S314 - with a limit on time and memory
    for child in list(root):
        if child.tag not in KEPT_OF_CORE:
            root.remove(child)
    return _written(root)


def _meta(content: bytes) -> bytes:
    root = ElementTree.fromstring(content)  # noqa: S314 - with a limit on time and memory
    for block in root:
        for child in list(block):
            if child.tag not in KEPT_OF_META:
                block.remove(child)
    return _written(root)


def _written(root: ElementTree.Element) -> bytes:
    for prefix, uri in NAMESPACES.items():
        ElementTree.register_namespace(prefix, uri)
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


PARTS: dict[str, Callable[[bytes], bytes]] = {
    "core": _core,
    "app": lambda _content: EMPTY.format(PROPERTIES.format("extended")).encode(),
    "custom": lambda _content: EMPTY.format(PROPERTIES.format("custom")).encode(),
    "meta": _meta,
}


def _office(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise ValueError("It unpacks to more than a document holds.")
        parts = dict(_parts(archive))
        if any(entry.filename.lower().startswith(SIGNATURES) for entry in entries):
            return content
        made, is_other = BytesIO(), False
        with zipfile.ZipFile(made, "w") as anew:
            # In their order and packed as they were: an ODF file begins with its type, which is not packed.
            for entry in entries:
                place, read = entry.filename.lower(), archive.read(entry)
                clean = PARTS[parts[place]](read) if place in parts else _nameless(place, read)
                is_other |= clean != read
                anew.writestr(entry, clean)
    return made.getvalue() if is_other else content


def _nameless(place: str, content: bytes) -> bytes:
    """The part of an office file that stands at `place`, in small letters, with nobody's name beside a remark."""
    for where, name in NAMED:
        if where.fullmatch(place):
            return name.sub(_by_anybody, content)
    return content


def _by_anybody(found: "re.Match[bytes]") -> bytes:
    quote = found[2][:1] if found[1].endswith(b"=") else b""
    return found[1] + quote + ANYBODY + quote


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """By the name of an entry, in small letters, what is to become of it."""
    yield from {"docprops/core.xml": "core", "docprops/app.xml": "app", "docprops/custom.xml": "custom"}.items()
    names = set(archive.namelist())
    if "_rels/.rels" in names:
        root = ElementTree.fromstring(archive.read("_rels/.rels"))  # noqa: S314 - with a limit on time and memory
        for relation in root:
            for ending, part in RELATIONSHIPS.items():
                if relation.get("Type", "").endswith(ending):
                    yield relation.get("Target", "").lstrip("/").lower(), part
    elif "mimetype" in names:
        yield "meta.xml", "meta"


def _pdf(content: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject

    reader = PdfReader(BytesIO(content))
    # One that anybody may open and not everybody may print says so of itself; the copy says it no more.
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("It is locked with a password.")
    if _is_signed(reader):
        return content
    title = reader.metadata.title if reader.metadata else None
    writer = PdfWriter(clone_from=reader)
    writer.metadata = {"/Title": title} if title else None
    bare: list[Any] = [writer.root_object, *writer.pages]
    for thing in bare:
        for name in ("/Metadata", "/PieceInfo"):
            thing.pop(NameObject(name), None)
    # What nothing leads to any more would still stand in the file.
    writer.compress_identical_objects(remove_duplicates=False)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _is_signed(reader: Any) -> bool:
    form = reader.root_object.get("/AcroForm")
    return bool(form is not None and int(form.get_object().get("/SigFlags", 0)) & 1)


CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), _office),
    "pdf": _pdf,
}


def main() -> None:
    """Write the file on standard input, whose ending is the first argument, without what it says of its makers."""
    apart.limit()
    sys.stdout.buffer.write(CLEANERS[sys.argv[1]](sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
