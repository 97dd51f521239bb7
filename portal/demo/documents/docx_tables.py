"""Tables in Word: a marked header row that repeats on each page, rows that stay whole, columns as wide as their words."""

from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm
from markdown_it.tree import SyntaxTreeNode

from portal.demo.documents.docx_base import TABLE_STYLE, TEXT_WIDTH_CM
from portal.demo.documents.docx_inline import Inline

_CM_PER_LETTER = 0.185
_EMPTY_COLUMN = 34  # letters: what somebody needs to write an answer
_LONGEST = 60
_ALIGNMENTS = {"text-align:right": WD_ALIGN_PARAGRAPH.RIGHT, "text-align:center": WD_ALIGN_PARAGRAPH.CENTER}


def add_table(document: Any, node: SyntaxTreeNode, inline: Inline, caption: str) -> None:
    rows = [row for part in node.children for row in part.children]
    texts = [[cell.children[0].content if cell.children else "" for cell in row.children] for row in rows]
    table = document.add_table(rows=len(rows), cols=len(texts[0]), style=TABLE_STYLE)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _describe(table, caption)
    widths = column_widths(texts)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row, source, words in zip(table.rows, rows, texts, strict=True):
        _row(row, source, inline, widths, header=source is rows[0], blank="" in words)


def _row(
    row: Any, source: SyntaxTreeNode, inline: Inline, widths: list[float], *, header: bool, blank: bool
) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    if header:
        properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    elif blank:
        row.height = Cm(0.95)
    for cell, content, width in zip(row.cells, source.children, widths, strict=True):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph.style = "Table Text"
        paragraph.alignment = _ALIGNMENTS.get(str(content.attrs.get("style", "")))
        if header:
            paragraph.paragraph_format.keep_with_next = True
        if content.children:
            inline.write(paragraph, content.children[0])


def _describe(table: Any, caption: str) -> None:
    """Name the table for screen readers, and say that only its first row is a header."""
    properties = table._tbl.tblPr
    look = properties.find("{*}tblLook")
    if look is not None:
        properties.remove(look)
    word = nsdecls("w")
    properties.append(
        parse_xml(
            f'<w:tblLook {word} w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
            'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        )
    )
    name = parse_xml(f"<w:tblCaption {word}/>")
    name.set(f"{{{properties.nsmap['w']}}}val", caption)
    properties.append(name)


def column_widths(texts: list[list[str]]) -> list[float]:
    """Centimetres for each column: by its longest text, never less than its longest word."""
    columns = list(zip(*texts, strict=True))
    minimum = [max(len(word) for cell in column for word in (cell.split() or [""])) for column in columns]
    floors = [0.45 + _CM_PER_LETTER * max(letters, 4) * 1.1 for letters in minimum]
    weights = [_weight(column) for column in columns]
    spare = max(TEXT_WIDTH_CM - sum(floors), 0.0)
    wanted = [max(weight * _CM_PER_LETTER + 0.5 - floor, 0.0) for weight, floor in zip(weights, floors, strict=True)]
    share = spare / sum(wanted) if sum(wanted) else 0.0
    widths = [floor + want * share for floor, want in zip(floors, wanted, strict=True)]
    scale = TEXT_WIDTH_CM / sum(widths)
    return [round(width * scale, 2) for width in widths]


def _weight(column: tuple[str, ...]) -> int:
    body = [cell for cell in column[1:] if cell]
    if not body:
        return max(_EMPTY_COLUMN if len(column[0]) > 3 else 4, len(column[0]))
    return max(4, min(max(len(cell) for cell in (*body, column[0])), _LONGEST))
