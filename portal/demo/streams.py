"""Turns the data files' Markdown into the blocks that editors see: rich text, callouts, tables."""

import re
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

Block = dict[str, Any]

CALLOUT = re.compile(r"^:::note[ ]+(?P<title>.+?)\n(?P<text>.*?)\n:::[ ]*$", re.MULTILINE | re.DOTALL)
HEADINGS = {"h1": "h2"}

_markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def body_stream(source: str) -> list[Block]:
    """The raw value of a `BodyBlock` for Markdown `source`."""
    stream: list[Block] = []
    position = 0
    for match in CALLOUT.finditer(source):
        stream += _prose(source[position : match.start()])
        text = _html(match["text"])
        stream.append({"type": "callout", "value": {"title": match["title"].strip(), "text": text}})
        position = match.end()
    stream += _prose(source[position:])
    return stream


def sentences(items: list[str] | None) -> list[Block]:
    """The raw value of a `SentencesBlock`."""
    return [{"type": "sentence", "value": item} for item in items or []]


def sources(items: list[dict[str, Any]] | None) -> list[Block]:
    """The raw value of a stream of `SourceBlock`."""
    keys = ("short", "title", "publisher", "url", "note")
    return [{"type": "source", "value": {key: item.get(key, "") for key in keys}} for item in items or []]


def _prose(source: str) -> Iterator[Block]:
    tokens = _markdown.parse(source)
    run: list[Token] = []
    for group in _top_level(tokens):
        if group[0].type == "table_open":
            if run:
                yield _rich(run)
            yield _table(group, _caption(run))
            run = []
        else:
            run += group
    if run:
        yield _rich(run)


def _top_level(tokens: list[Token]) -> Iterator[list[Token]]:
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def _rich(tokens: list[Token]) -> Block:
    for token in tokens:
        token.tag = HEADINGS.get(token.tag, token.tag)
    return {"type": "text", "value": _markdown.renderer.render(tokens, _markdown.options, {})}


def _html(source: str) -> str:
    return str(_markdown.render(source))


def _caption(before: list[Token]) -> str:
    """A table's caption is the last heading above it."""
    words = [token.content for token, opener in zip(before[1:], before, strict=False) if opener.type == "heading_open"]
    return words[-1] if words else "Table"


def _table(tokens: list[Token], caption: str) -> Block:
    rows = [
        [_cell(cell) for cell in row.children]
        for part in SyntaxTreeNode(tokens).children[0].children
        for row in part.children
    ]
    head, body = rows[0], rows[1:]
    table = {
        "columns": [{"type": "text", "heading": heading} for heading in head],
        "rows": [{"values": row} for row in body],
        "caption": "",
    }
    return {"type": "table", "value": {"caption": caption, "table": table}}


def _cell(node: SyntaxTreeNode) -> str:
    inline = node.children[0] if node.children else None
    if inline is None:
        return ""
    return "".join(leaf.content for leaf in inline.walk() if leaf.type in {"text", "code_inline"})
