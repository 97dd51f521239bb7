"""The words of a Word, PDF, Excel, Markdown or text file, read in a process of its own.

Files come from outside, so `read` starts this module as a program with a limit on time and memory
(`portal.core.apart`), and whatever goes wrong in it is no text.
"""

import logging
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import BinaryIO

from portal.core import apart

logger = logging.getLogger(__name__)

# Bytes: of the file, and of what an office file, which is a ZIP archive, says that it unpacks to.
MOST_BYTES = 25 * 2**20
MOST_UNPACKED = 200 * 2**20
MOST_CHARACTERS = 250_000
MOST_PAGES = 1_000
MOST_ROWS = 50_000


def read(ending: str, content: bytes) -> str:
    """The text of a file whose name ends with `ending` ("docx"), up to 250,000 characters.

    "" for other endings, and for what is too large, broken, locked or takes too long; the log says so.
    """
    if ending not in READERS or not content:
        return ""
    if len(content) > MOST_BYTES:
        logger.warning("A document of %d bytes is too large to be read for search.", len(content))
        return ""
    try:
        # PostgreSQL takes no NUL, and files may be full of them.
        return apart.run(__name__, ending, content).decode(errors="replace").replace("\0", " ")
    except apart.ApartError as error:
        logger.warning("A document (%s) cannot be read for search: %s", ending, error)
        return ""


def extracted(ending: str, file: BinaryIO) -> str:
    """The text of `file`. Raises what its library raises for a broken one, ValueError if it unpacks to too much."""
    found: list[str] = []
    length = 0
    for part in READERS[ending](file):
        found.append(part)
        length += len(part) + 1
        if length >= MOST_CHARACTERS:
            break
    return "\n".join(found)[:MOST_CHARACTERS]


def _check_archive(file: BinaryIO) -> None:
    with zipfile.ZipFile(file) as archive:
        if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
            raise ValueError("It unpacks to more than a document holds.")
    file.seek(0)


def _docx(file: BinaryIO) -> Iterator[str]:
    """Paragraphs, those in tables too, in the order of the document."""
    from docx import Document
    from docx.oxml.ns import qn

    _check_archive(file)
    for paragraph in Document(file).element.body.iter(qn("w:p")):
        text = "".join(node.text or "" if node.tag == qn("w:t") else " " for node in paragraph.iter(*map(qn, _SHOWN)))
        if text.strip():
            yield text


_SHOWN = ("w:t", "w:tab", "w:br")


def _xlsx(file: BinaryIO) -> Iterator[str]:
    """Names of sheets and the rows of each; of a formula, its last result."""
    from openpyxl import load_workbook

    _check_archive(file)
    book = load_workbook(file, read_only=True, data_only=True)
    for sheet in book.worksheets:
        yield sheet.title
        for row in sheet.iter_rows(max_row=MOST_ROWS, values_only=True):
            text = " ".join(str(cell) for cell in row if cell is not None)
            if text.strip():
                yield text


def _pdf(file: BinaryIO) -> Iterator[str]:
    """Page by page. One that is locked with a password has no text."""
    from pypdf import PdfReader

    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        return
    for number, page in enumerate(reader.pages):
        if number == MOST_PAGES:
            return
        yield page.extract_text()


BREAKS = {"softbreak", "hardbreak"}


def _markdown(file: BinaryIO) -> Iterator[str]:
    """Without the signs that make headings, lists and links."""
    from markdown_it import MarkdownIt

    for token in MarkdownIt().parse("\n".join(_text(file))):
        if token.type == "inline":
            yield "".join(" " if child.type in BREAKS else child.content for child in token.children or ())
        elif token.type in {"fence", "code_block"}:
            yield token.content


def _text(file: BinaryIO) -> Iterable[str]:
    return [file.read().decode("utf-8-sig", errors="replace")]


READERS: dict[str, Callable[[BinaryIO], Iterable[str]]] = {
    "docx": _docx,
    "xlsx": _xlsx,
    "pdf": _pdf,
    "md": _markdown,
    "txt": _text,
    "csv": _text,
}


def main() -> None:
    """Write the text of the file on standard input, whose ending is the first argument."""
    apart.limit()
    logging.disable(logging.CRITICAL)
    text = extracted(sys.argv[1], BytesIO(sys.stdin.buffer.read(MOST_BYTES + 1)))
    sys.stdout.buffer.write(text.encode(errors="replace"))


if __name__ == "__main__":
    main()
