"""The words inside a paragraph: bold, italic, links, line breaks and gaps to fill in."""

import re
from dataclasses import dataclass
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.run import Run
from markdown_it.tree import SyntaxTreeNode

_GAP = re.compile(r"(\[[^\[\]]*\])")
_ADDRESS = re.compile(r"^(https?://|mailto:)")


@dataclass
class Inline:
    document: Any
    source: str
    shade_gaps: bool = True

    def write(self, paragraph: Any, node: SyntaxTreeNode, *, skip: int = 0) -> None:
        """Write an inline node into the paragraph, without its first `skip` characters."""
        for child in node.children:
            if skip and child.type == "text":
                self._text(paragraph, child.content[skip:], False, False)
                skip = 0
            else:
                self._node(paragraph, child, False, False)

    def _node(self, paragraph: Any, node: SyntaxTreeNode, bold: bool, italic: bool) -> None:
        match node.type:
            case "text":
                self._text(paragraph, node.content, bold, italic)
            case "strong" | "em":
                for child in node.children:
                    self._node(paragraph, child, bold or node.type == "strong", italic or node.type == "em")
            case "softbreak":
                paragraph.add_run(" ")
            case "hardbreak":
                paragraph.add_run().add_break()
            case "code_inline":
                paragraph.add_run(node.content).font.name = "Consolas"
            case "link":
                self._link(paragraph, node)
            case other:
                raise ValueError(f"{self.source}: '{other}' in a paragraph is nothing that can be written.")

    def _text(self, paragraph: Any, text: str, bold: bool, italic: bool) -> None:
        for piece in _GAP.split(text):
            if not piece:
                continue
            run = paragraph.add_run(piece)
            run.bold, run.italic = bold or None, italic or None
            if self.shade_gaps and _GAP.fullmatch(piece):
                run.style = self.document.styles["Fill In"]

    def _link(self, paragraph: Any, node: SyntaxTreeNode) -> None:
        # A download leaves the site, where an address inside the site leads nowhere.
        address = str(node.attrs.get("href", ""))
        if not _ADDRESS.match(address):
            raise ValueError(f"{self.source}: the link '{address}' must be a full address.")
        key = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        element = parse_xml(f"<w:hyperlink {nsdecls('w', 'r')}/>")
        element.set(qn("r:id"), key)
        paragraph._p.append(element)
        word: Any = parse_xml(f"<w:r {nsdecls('w')}/>")
        element.append(word)
        run = Run(word, paragraph)
        run.text = "".join(child.content for child in node.children)
        run.style = self.document.styles["Hyperlink"]
