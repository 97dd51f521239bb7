"""A scheme as a spreadsheet: cells of text, written so that Excel runs none of them and read as Excel saves them."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from taxonomy.models import Status
from taxonomy.rules import LabelSpec, tidy
from taxonomy.text import clean_line, clean_text

COLUMNS = (
    "slug", "title", "status", "definition", "scope_note", "example", "source", "order", "broader", "related",
    "labels", "replaced_by",
)  # fmt: skip
LINES = {"slug", "title", "source", "replaced_by"}
TEXTS = {"definition", "scope_note", "example"}
SLUGS = {"broader", "related"}
MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
LARGEST_ORDER = 2**31 - 1
# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
DELIMITERS = ",;\t"
_LABEL = re.compile(r"(pref|alt|hidden)\s*:\s*(.*\S)\s*@\s*([A-Za-z0-9-]+)(?:\s*/\s*([A-Za-z0-9-]+))?", re.DOTALL)


class UnreadableError(ValueError):
    """A file that is no such spreadsheet, with a sentence that says why."""


class Row(NamedTuple):
    """A line of the file (the first one is 1) and its cells by column; columns that the file has not are missing."""

    line: int
    cells: dict[str, str]


def write(rows: Iterable[Mapping[str, str]]) -> str:
    """CSV with all columns. Cells that would run as formulas begin with an apostrophe, which `read` takes away."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([guarded(row[column]) for column in COLUMNS] for row in rows)
    return out.getvalue()


def guarded(text: str) -> str:
    """`text` as a cell that no spreadsheet runs as a formula."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text


def read(data: bytes) -> list[Row]:
    """The rows of a CSV file: UTF-8 with or without mark, UTF-16 or Windows-1252; commas, semicolons or tabs.

    Empty lines are left out. Raises UnreadableError for a file that is too large, or whose first line is not the
    names of columns.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableError(_("The file is larger than %d MB. Split it.") % (MOST_BYTES // 1_000_000))
    text = _decoded(data).replace("\x00", "")
    first, _end, rest = text.partition("\n")
    if re.fullmatch(r'"?sep=.?"?\s*', first):
        text, skipped = rest, 1
    else:
        skipped = 0
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = _columns(next(reader, []))
        rows = []
        before = reader.line_num
        for cells in reader:
            line, before = before + 1 + skipped, reader.line_num
            if any(cell.strip() for cell in cells):
                rows.append(_row(line, columns, cells))
            if len(rows) > MOST_ROWS:
                raise UnreadableError(_("The file has more than %d terms. Split it.") % MOST_ROWS)
    except csv.Error as error:
        sentence = _("Line %(line)d cannot be read as CSV: %(error)s.")
        raise UnreadableError(sentence % {"line": reader.line_num + skipped, "error": error}) from error
    return rows


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    """Raises UnreadableError for a line that has more cells than there are columns."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise UnreadableError(
            _("Line %(line)d has %(cells)d cells, but there are %(columns)d columns.")
            % {"line": line, "cells": len(cells), "columns": len(columns)}
        )
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    return Row(line, {column: _unguarded(cell) for column, cell in zip(columns, padded, strict=False) if column})


def _columns(names: list[str]) -> list[str]:
    columns = [clean_line(name).lower().replace(" ", "_") for name in names]
    while columns and not columns[-1]:
        columns.pop()
    unknown = [name for name in columns if name not in COLUMNS]
    if "slug" not in columns or unknown:
        sentence = _("The first line must name columns, “slug” among them; known are %(known)s.")
        if unknown and "slug" in columns:
            sentence = _("There is no column “%(unknown)s”; known are %(known)s.")
        raise UnreadableError(sentence % {"unknown": (unknown or [""])[0][:40], "known": ", ".join(COLUMNS)})
    twice = [name for name in COLUMNS if columns.count(name) > 1]
    if twice:
        raise UnreadableError(_("The column “%s” is there twice.") % twice[0])
    return columns


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def canonical(column: str, text: str) -> str:
    """The cell as `write` would have written it. Raises ValidationError or ValueError, with a sentence."""
    if column in LINES:
        return clean_line(text)
    if column in TEXTS:
        return clean_text(text).strip()
    if column in SLUGS:
        return slugs(re.split(r"[\s,;|]+", text))
    if column == "labels":
        return labels(parse_labels(text))
    if column == "order":
        return _order(text)
    return _status(text)


def _order(text: str) -> str:
    number = clean_line(text) or "0"
    # A spreadsheet may have made a decimal of it.
    number = re.sub(r"[.,]0+$", "", number)
    if not (number.isascii() and number.isdecimal() and int(number[:20]) <= LARGEST_ORDER):
        raise ValueError(_("“%s” is no order number.") % number[:40])
    return str(int(number))


def _status(text: str) -> str:
    wanted = clean_line(text).casefold()
    for value, label in Status.choices:
        if wanted in {value, str(label).casefold()}:
            return str(value)
    known = ", ".join(Status.values)
    raise ValueError(_("“%(text)s” is no status; known are %(known)s.") % {"text": wanted[:40], "known": known})


def slugs(found: Iterable[str]) -> str:
    """The cell of broader or related concepts."""
    return " ".join(sorted({slug for slug in found if slug}))


def labels(specs: Iterable[LabelSpec]) -> str:
    """The cell of labels, one a line: `alt: Pay run @en/US`."""
    lines = (
        f"{spec.kind}: {spec.text} @{spec.language}{'/' if spec.jurisdiction else ''}{spec.jurisdiction}"
        for spec in specs
    )
    return "\n".join(sorted(lines))


def parse_labels(text: str) -> list[LabelSpec]:
    """The labels of a cell. Raises ValueError or ValidationError for a line that is none."""
    found = []
    for line in text.replace("\r", "\n").split("\n"):
        if not line.strip():
            continue
        match = _LABEL.fullmatch(line.strip())
        if match is None:
            raise ValueError(
                _("“%s” is no label; write for example “alt: Pay run @en” or “pref: Paie @fr/CA”.")
                % clean_line(line)[:80]
            )
        kind, words, language, jurisdiction = match.groups()
        found.append(tidy(LabelSpec(words, language, jurisdiction or "", kind)))
    return found
