"""Tables in Word: a marked header row that repeats, rows that stay whole, columns as wide as their words."""

from dataclasses import replace
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm
from markdown_it.tree import SyntaxTreeNode

from portal.demo.documents.docx_base import TABLE_STYLE, TEXT_WIDTH_CM
from portal.demo.documents.docx_inline import Inline

_PADDING_CM = 0.38
_CM_PER_LETTER = 0.17  # at 9.5 points
_CM_PER_SMALL_LETTER = 0.152  # at 8.5 points
_MANY_COLUMNS = 6  # from here on, the smaller letters
_SHORT_TABLE = 8  # rows that are kept together on one page
_EMPTY_COLUMN = 34  # letters: what somebody needs to write an answer
_LONGEST = 60
_ALIGNMENTS = {"text-align:right": WD_ALIGN_PARAGRAPH.RIGHT, "text-align:center": WD_ALIGN_PARAGRAPH.CENTER}


def add_table(document: Any, node: SyntaxTreeNode, inline: Inline, caption: str) -> None:
    rows = [row for part in node.children for row in part.children]
    texts = [[cell.children[0].content if cell.children else "" for cell in row.children] for row in rows]
    if not all(texts[0]):
        raise ValueError(f"{inline.source}: the table under '{caption}' has an empty header cell.")
    table = document.add_table(rows=len(rows), cols=len(texts[0]), style=TABLE_STYLE)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _describe(table, caption)
    widths = column_widths(texts)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row, source, words in zip(table.rows, rows, texts, strict=True):
        header = source is rows[0]
        _row(row, source, replace(inline, shade_gaps=not header), widths, header=header, blank="" in words)
    if len(rows) <= _SHORT_TABLE:
        for row in table.rows[:-1]:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True


def _row(
    row: Any,
    source: SyntaxTreeNode,
    inline: Inline,
    widths: list[float],
    *,
    header: bool,
    blank: bool,
) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    if header:
        properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    elif blank:
        row.height = Cm(0.95 if len(widths) > 1 else 3.0)  # a single wide cell is for sentences
    for cell, content, width in zip(row.cells, source.children, widths, strict=True):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        paragraph.style = "Table Text Small" if len(widths) >= _MANY_COLUMNS else "Table Text"
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
    letter = _CM_PER_SMALL_LETTER if len(columns) >= _MANY_COLUMNS else _CM_PER_LETTER
    floors = [_PADDING_CM + letter * _longest_word(column) for column in columns]
    wanted = [_PADDING_CM + letter * _weight(column) for column in columns]
    extra = [max(want - floor, 0.0) for want, floor in zip(wanted, floors, strict=True)]
    spare = max(TEXT_WIDTH_CM - sum(floors), 0.0)
    share = spare / sum(extra) if sum(extra) else 0.0
    widths = [floor + more * share for floor, more in zip(floors, extra, strict=True)]
    scale = TEXT_WIDTH_CM / sum(widths)
    return [round(width * scale, 2) for width in widths]


def _longest_word(column: tuple[str, ...]) -> float:
    head, *body = column
    bold = max((len(word) for word in head.split()), default=0) * 1.2
    plain = max((len(word) for cell in body for word in cell.replace("**", "").split()), default=0)
    return max(4.0, bold, plain)


def _weight(column: tuple[str, ...]) -> int:
    body = [cell for cell in column[1:] if cell]
    if not body:
        return max(_EMPTY_COLUMN if len(column[0]) > 3 else 4, len(column[0]))
    return max(4, min(max(len(cell) for cell in (*body, column[0])), _LONGEST))
