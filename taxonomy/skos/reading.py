"""Files of RDF as a stream of triples, whatever is wrong with them said with the line."""

import codecs
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast
from xml.parsers import expat

from django.utils.translation import gettext as _
from pyoxigraph import Quad, RdfFormat, parse

AT_ONCE = 1 << 16
XML_ENCODING = re.compile(rb"encoding\s*=\s*[\"'][^\"']*[\"']")
GZIP = b"\x1f\x8b"
FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "ntriples": RdfFormat.N_TRIPLES,
}
ENDINGS = {
    ".ttl": "turtle", ".turtle": "turtle", ".n3": "turtle", ".rdf": "rdfxml", ".xml": "rdfxml", ".owl": "rdfxml",
    ".skos": "rdfxml", ".jsonld": "jsonld", ".json": "jsonld", ".nt": "ntriples",
}  # fmt: skip

Progress = Callable[[int], object]


class UnreadableError(Exception):
    """A file cannot be read as what it claims to be; the message names it and, where there is one, the line."""


class Lines:
    """A file that is read a line at a time, so that one knows where a parser stopped, and how far it is."""

    def __init__(self, path: Path, progress: Progress = lambda done: None, encoding: str = "") -> None:
        self.number = 0
        self._raw = path.open("rb")
        is_packed = self._raw.read(2) == GZIP
        self._raw.seek(0)
        self.file = cast(IO[bytes], gzip.GzipFile(fileobj=self._raw) if is_packed else self._raw)
        self._text = codecs.getreader(encoding)(self.file) if encoding else None
        self._progress = progress
        self._told = 0

    def read(self, size: int = -1) -> bytes:
        """The rest of the line, `size` bytes of it at most; in UTF-8, whatever the file is in."""
        data = self.file.readline(size) if self._text is None else self._text.read(max(1, size // 4)).encode()
        if self.number == 0:
            data = data.removeprefix(codecs.BOM_UTF8)
            if self._text is not None:
                data = XML_ENCODING.sub(b'encoding="UTF-8"', data, count=1)
        self.number += max(data.count(b"\n"), self.number == 0)
        if self._raw.tell() != self._told:
            self._progress(self._raw.tell() - self._told)
            self._told = self._raw.tell()
        return data

    def close(self) -> None:
        self._raw.close()


def size_of(path: Path) -> int:
    """Bytes of the file as it lies there: what `progress` of `triples` adds up to. Raises UnreadableError."""
    try:
        return path.stat().st_size
    except OSError as error:
        raise UnreadableError(_("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}) from error


def format_of(path: Path, name: str = "") -> str:
    """The format's name, given or by the file's ending. Raises UnreadableError for an ending that is none of ours."""
    ending = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    found = name or ENDINGS.get(ending.lower(), "")
    if not found:
        raise UnreadableError(
            _("%(file)s: the ending does not say what it is. Say so with --format: %(formats)s.")
            % {"file": path.name, "formats": ", ".join(FORMATS)}
        )
    return found


def triples(path: Path, name: str, base: str, progress: Progress = lambda done: None) -> Iterator[Quad]:
    """The triples of the file at `path`, in the format called `name`; addresses stand against `base`.

    Addresses that are none are let through, so that one of them does not cost the whole file. Raises UnreadableError.
    """
    encoding = _check_xml(path) if name == "rdfxml" else ""
    with _opened(path, progress, encoding) as lines:
        yield from parse(
            cast(IO[bytes], lines), format=FORMATS[name], base_iri=base, rename_blank_nodes=True, lenient=True
        )


@contextmanager
def _opened(path: Path, progress: Progress, encoding: str) -> Iterator[Lines]:
    """The file's lines. Whatever the parser or the file system says becomes an UnreadableError."""
    try:
        lines = Lines(path, progress, encoding)
    except OSError as error:
        raise _wrong(path, 0, error.strerror or str(error)) from error
    try:
        yield lines
    except SyntaxError as error:
        raise _wrong(path, error.lineno or lines.number, _said(error)) from error
    except expat.ExpatError as error:
        raise _wrong(path, error.lineno, expat.ErrorString(error.code)) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _wrong(path, lines.number, _("the compressed file is cut off or damaged")) from error
    except (OSError, UnicodeError, LookupError) as error:
        raise _wrong(path, lines.number, getattr(error, "strerror", None) or str(error)) from error
    finally:
        lines.close()


def _said(error: SyntaxError) -> str:
    sentence = str(error.msg or error)
    if "LoadDocumentCallback" in sentence:
        return _("it names a context at another address, and nothing is fetched; put the context into the file")
    # The parser repeats the place, which is said already.
    head, separator, rest = sentence.partition(": ")
    return rest if separator and head.startswith("Parser error") else sentence


def _wrong(path: Path, line: int, why: str) -> UnreadableError:
    names = {"file": path.name, "line": line, "why": why.rstrip(".")}
    if not line:
        return UnreadableError(_("%(file)s: %(why)s.") % names)
    return UnreadableError(_("%(file)s, line %(line)d: %(why)s.") % names)


def _check_xml(path: Path) -> str:
    """Read the file as XML, which the RDF parser does not insist on: cut off is cut off.

    Returns its encoding where that is not UTF-8. Raises UnreadableError.
    """
    encodings: list[str] = []
    parser = expat.ParserCreate()
    parser.XmlDeclHandler = lambda version, encoding, standalone: encodings.append(encoding or "")
    with _opened(path, lambda done: None, "") as lines:
        while data := lines.file.read(AT_ONCE):
            parser.Parse(data)
        parser.Parse(b"", True)
    encoding = (encodings or [""])[0].lower()
    return "" if encoding in {"", "utf-8", "utf8", "us-ascii", "ascii"} else encoding
