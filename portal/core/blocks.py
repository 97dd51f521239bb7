"""The blocks of which editors build the body of a page."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

# As rich text is stored: <a linktype="document" id="7">.
_DOCUMENT_LINKS = re.compile(r'<a (?:id="(\d+)" linktype="document"|linktype="document" id="(\d+)")')
RICH_TEXT_FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "blockquote", "hr"]


class CalloutBlock(blocks.StructBlock):
    """Something worth stopping at: a lesson, a warning, an aside."""

    title = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=["bold", "italic", "ol", "ul", "link"])

    class Meta:
        icon = "warning"
        template = "core/blocks/callout.html"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, with where they stand."""

    text = blocks.TextBlock()
    source = blocks.CharBlock(
        required=False, max_length=200, help_text="Who said it and where. Quote only what is published."
    )

    class Meta:
        icon = "openquote"
        template = "core/blocks/quote.html"


class FigureBlock(blocks.StructBlock):
    """An image with its caption. The image block asks for alternative text."""

    image = ImageBlock()
    caption = blocks.CharBlock(required=False, max_length=240)

    class Meta:
        icon = "image"
        template = "core/blocks/figure.html"


class TableBlock(blocks.StructBlock):
    """A table of words and numbers, with a caption that says what it shows."""

    caption = blocks.CharBlock(max_length=200)
    table = TypedTableBlock(
        [("text", blocks.CharBlock(required=False)), ("number", blocks.DecimalBlock(required=False))]
    )

    class Meta:
        icon = "table"
        template = "core/blocks/table.html"


class DownloadBlock(blocks.StructBlock):
    """A document to take away."""

    document = DocumentChooserBlock()
    note = blocks.CharBlock(required=False, max_length=200)

    class Meta:
        icon = "download"
        template = "core/blocks/download.html"


# Blocks that show their own words and nothing from elsewhere, unless one of these signs of Wagtail's is in a text.
STILL_BLOCKS = {"text", "callout", "quote", "table"}
POINTERS = ("linktype=", "embedtype=")
MOST_IN_PROCESS = 300


class BodyBlock(blocks.StreamBlock):
    """The body of any page."""

    text = blocks.RichTextBlock(features=RICH_TEXT_FEATURES, template="core/blocks/text.html")
    callout = CalloutBlock()
    quote = QuoteBlock()
    figure = FigureBlock()
    table = TableBlock()
    download = DownloadBlock()

    class Meta:
        block_counts: dict[str, Any] = {}

    def render(self, value: blocks.StreamValue, context: Mapping[str, Any] | None = None) -> SafeString:
        """The markup of the whole body, remembered where it depends on nothing but the body itself."""
        stored = value.get_prep_value()
        if context is not None or any(block["type"] not in STILL_BLOCKS for block in stored):
            return super().render(value, context)
        text = json.dumps(stored)
        if any(sign in text for sign in POINTERS):
            return super().render(value)
        return _rendered(_Still((text, get_language()), value))


@dataclass(frozen=True, slots=True)
class _Still:
    """A body, and the text of it that tells it from every other."""

    key: tuple[str, str | None]
    value: blocks.StreamValue = field(compare=False)


@lru_cache(maxsize=MOST_IN_PROCESS)
def _rendered(still: _Still) -> SafeString:
    return blocks.StreamBlock.render(still.value.stream_block, still.value)


class SourceBlock(blocks.StructBlock):
    """A published source, cited by its short name wherever a figure or a fact rests on it."""

    short = blocks.CharBlock(max_length=20, help_text="The short name by which results cite it, such as OL.")
    title = blocks.CharBlock(max_length=300)
    publisher = blocks.CharBlock(required=False, max_length=200)
    url = blocks.URLBlock(required=False)
    note = blocks.CharBlock(required=False, max_length=300, help_text="What it supports.")

    class Meta:
        icon = "doc-full"


class SentencesBlock(blocks.StreamBlock):
    """A list of short sentences."""

    sentence = blocks.CharBlock(max_length=400)

    class Meta:
        icon = "list-ul"


class FactBlock(blocks.StructBlock):
    """One line of a facts panel."""

    label = blocks.CharBlock(max_length=60)
    value = blocks.CharBlock(max_length=300)

    class Meta:
        icon = "info-circle"


def words_of(*streams: blocks.StreamValue) -> str:
    """The readers' words of stream values on one line, without the names of fields, for search."""
    parts = (part for stream in streams for part in stream.stream_block.get_searchable_content(stream))
    return " ".join(" ".join(parts).split())


def documents_in(*streams: blocks.StreamValue) -> tuple[int, ...]:
    """The ids of the documents that stream values offer or link to, each once, in order.

    Reads what is stored: the blocks themselves would fetch the documents of each page.
    """
    found = (pk for stream in streams for pk in _documents_in(stream.stream_block, list(stream.raw_data)))
    return tuple(dict.fromkeys(found))


def _documents_in(block: Any, raw: Any) -> Iterator[int]:
    if not raw:
        return
    if isinstance(block, DocumentChooserBlock):
        yield int(raw)
    elif isinstance(block, blocks.RichTextBlock):
        yield from (int(link[1] or link[2]) for link in _DOCUMENT_LINKS.finditer(raw))
    else:
        for child, value in _children(block, raw):
            yield from _documents_in(child, value)


def _children(block: Any, raw: Any) -> Iterator[tuple[Any, Any]]:
    """(block, stored value) of what stands in a block."""
    if isinstance(block, blocks.BaseStreamBlock):
        yield from ((block.child_blocks.get(item["type"]), item["value"]) for item in raw)
    elif isinstance(block, blocks.ListBlock):
        yield from ((block.child_block, _unwrapped(item)) for item in raw)
    elif isinstance(block, blocks.BaseStructBlock):
        yield from ((child, raw.get(name)) for name, child in block.child_blocks.items())


def _unwrapped(item: Any) -> Any:
    """The value of a list's item; where a program wrote it, the item may be the bare value."""
    return item["value"] if isinstance(item, dict) and item.get("type") == "item" else item
