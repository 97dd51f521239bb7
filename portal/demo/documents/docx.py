"""Markdown to Word: one source in the repository, two downloads on the tool's page.

CommonMark with tables, and four habits of the kit:

- The first `# heading` is the document's title; `##` becomes Heading 1, `###` Heading 2, `####` Heading 3.
- A `## 4. Heading` with a number is a clause: items of its ordered lists are 4.1, 4.2 …, theirs (a), (b) …
- `- [ ] text` is a box that can be ticked in Word (☐).
- `[text in square brackets]` is a gap to fill in, and is shaded.
- `:::note Title` … `:::` is a callout.
"""

import io
import re
from dataclasses import dataclass, field
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Pt
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.container import container_plugin

from portal.demo.documents.archive import normalise
from portal.demo.documents.docx_base import BULLET_NUM, CLAUSES, DECIMALS, add_numbering, blank_document
from portal.demo.documents.docx_inline import Inline
from portal.demo.documents.docx_tables import add_table

_NUMBERED_HEADING = re.compile(r"^(\d+)\.\s+")
_CHECKBOX = re.compile(r"^\[([ xX])\]\s+")
_DEEPEST_LIST = 3


def build_docx(markdown: str, *, title: str, source: str = "document") -> bytes:
    """The Word file of a Markdown text. `source` is the name that an error message gives to the text."""
    parser = MarkdownIt("commonmark").enable("table").use(container_plugin, "note")
    writer = _Writer(blank_document(title), title, source)
    writer.blocks(SyntaxTreeNode(parser.parse(markdown)).children)
    if not writer.titled:
        raise ValueError(f"{source}: the text has no title; begin it with a line '# {title}'.")
    result = io.BytesIO()
    writer.document.save(result)
    return normalise(result.getvalue())


@dataclass
class _Writer:
    document: Any
    title: str
    source: str
    titled: bool = False
    heading: str = ""  # the last one: the name of the table below it, for screen readers
    clause: int = 0  # the number of the current numbered heading, 0 outside
    clauses_seen: int = 0
    items_seen: int = 0  # items so far in the current clause
    clause_numbering: int = 0
    boxes: int = 0
    after_table: bool = False
    inline: Inline = field(init=False)

    def __post_init__(self) -> None:
        self.inline = Inline(self.document, self.source)

    def blocks(self, nodes: list[SyntaxTreeNode], style: str | None = None) -> None:
        for node, following in zip(nodes, [*nodes[1:], None], strict=True):
            self._block(node, style)
            if node.type == "paragraph" and following is not None and following.type == "table":
                self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def paragraph(self, style: str | None = None) -> Any:
        paragraph = self.document.add_paragraph(style=style)
        if self.after_table and not (style or "").startswith("Heading"):
            paragraph.paragraph_format.space_before = Pt(9)
        self.after_table = False
        return paragraph

    def _block(self, node: SyntaxTreeNode, style: str | None) -> None:
        match node.type:
            case "heading":
                self._heading(node)
            case "paragraph":
                self.inline.write(self.paragraph(style), node.children[0])
            case "bullet_list" | "ordered_list" if style is None:
                self._list(node, 1)
            case "table" if style is None:
                self._table(node)
            case "container_note":
                self._callout(node)
            case "blockquote":
                self.blocks(node.children, "Quote")
            case "hr":
                self.document.add_page_break()
            case other:
                place = f" in a {style.lower()}" if style else ""
                raise ValueError(f"{self.source}: '{other}'{place} is nothing that this builder can write.")

    def _table(self, node: SyntaxTreeNode) -> None:
        if self.after_table:
            self.paragraph()  # Word would join two tables that nothing separates
        add_table(self.document, node, self.inline, self.heading or self.title)
        self.after_table = True

    def _heading(self, node: SyntaxTreeNode) -> None:
        text = node.children[0].content
        level = int(node.tag[1])
        if level == 1:
            self._title(text, node)
            return
        number = _NUMBERED_HEADING.match(text)
        paragraph = self.paragraph(f"Heading {min(level - 1, 3)}")
        skip = 0
        if level == 2:
            self.clause = 0
        if level == 2 and number:
            self._begin_clause(int(number[1]), text)
            _number(paragraph, self.clause_numbering, 0)
            skip = number.end()
        self.heading = text[skip:]
        self.inline.write(paragraph, node.children[0], skip=skip)

    def _title(self, text: str, node: SyntaxTreeNode) -> None:
        if self.titled:
            raise ValueError(f"{self.source}: '# {text}' is a second title; use ## for a heading.")
        self.titled = True
        self.inline.write(self.paragraph("Title"), node.children[0])

    def _begin_clause(self, number: int, text: str) -> None:
        self.clauses_seen += 1
        if number != self.clauses_seen:
            raise ValueError(f"{self.source}: heading '{text}' should have the number {self.clauses_seen}.")
        self.clause, self.items_seen = number, 0
        if not self.clause_numbering:
            self.clause_numbering = add_numbering(self.document, CLAUSES)

    def _list(self, node: SyntaxTreeNode, depth: int) -> None:
        if depth > _DEEPEST_LIST:
            raise ValueError(f"{self.source}: a list under '{self.heading}' is too deep.")
        ordered = node.type == "ordered_list"
        as_clause = ordered and bool(self.clause) and depth <= 2
        start = int(node.attrs.get("start", 1))
        expected = self.items_seen + 1
        if as_clause and depth == 1 and start != expected:
            raise ValueError(f"{self.source}: a list in '{self.heading}' starts at {start}, not {expected}.")
        number = self.clause_numbering if as_clause else BULLET_NUM
        if ordered and not as_clause:
            number = add_numbering(self.document, DECIMALS, start)
        for item in node.children:
            if as_clause and depth == 1:
                self.items_seen += 1
            level = depth if as_clause else depth - 1
            self._item(item, _list_style(ordered, as_clause, depth), number, level)
            for child in item.children[1:]:
                self._below_item(child, depth)

    def _item(self, item: SyntaxTreeNode, style: str, number: int, level: int) -> None:
        if not item.children or item.children[0].type != "paragraph":
            raise ValueError(f"{self.source}: a list item under '{self.heading}' does not begin with text.")
        inline = item.children[0].children[0]
        box = _CHECKBOX.match(inline.content)
        if box:
            paragraph = self.paragraph("Checklist")
            self.boxes += 1
            paragraph._p.append(_tick_box(self.boxes, ticked=box[1] != " "))
            paragraph.add_run("\t")
            self.inline.write(paragraph, inline, skip=box.end())
            return
        paragraph = self.paragraph(style)
        _number(paragraph, number, level)
        paragraph.paragraph_format.keep_with_next = len(item.children) > 1 or None
        self.inline.write(paragraph, inline)

    def _below_item(self, node: SyntaxTreeNode, depth: int) -> None:
        if node.type in ("bullet_list", "ordered_list"):
            self._list(node, depth + 1)
        elif node.type == "paragraph":
            paragraph = self.paragraph("Clause")
            paragraph.paragraph_format.left_indent = Cm(1.0 if self.clause else 0.75 * depth)
            self.inline.write(paragraph, node.children[0])
        else:
            raise ValueError(f"{self.source}: an item under '{self.heading}' holds more than text and lists.")

    def _callout(self, node: SyntaxTreeNode) -> None:
        heading = node.info.strip().removeprefix("note").strip()
        before = len(self.document.paragraphs)
        if heading:
            self.paragraph("Callout Title").add_run(heading)
        self.blocks(node.children, "Callout")
        for paragraph in self.document.paragraphs[before:]:
            paragraph.paragraph_format.keep_together = True
        self.document.paragraphs[-1].paragraph_format.space_after = Cm(0.4)


def _list_style(ordered: bool, as_clause: bool, depth: int) -> str:
    if as_clause:
        return "Clause"
    name = "List Number" if ordered else "List Bullet"
    return name if depth == 1 else f"{name} {depth}"


def _number(paragraph: Any, number: int, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number


def _tick_box(number: int, *, ticked: bool) -> Any:
    """A check box content control: a reader ticks it in Word with a click or the space bar."""
    glyph = "☒" if ticked else "☐"
    font = '<w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:hint="eastAsia"/>'
    return parse_xml(
        f'<w:sdt {nsdecls("w", "w14")}><w:sdtPr><w:alias w:val="Done"/><w:id w:val="{700000 + number}"/>'
        f'<w14:checkbox><w14:checked w14:val="{int(ticked)}"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:rPr>{font}</w:rPr><w:t>{glyph}</w:t></w:r></w:sdtContent></w:sdt>"
    )
