"""Reads running text out of a page's markup, so that the places of words in it are known. It changes nothing.

Reading is by regular expressions, because a page is to be marked in a millisecond. Where markup is not what a sanitiser
or a serialiser writes, less is read rather than something wrong.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

# Elements whose words are never a place for a link, or are no running text.
CLOSED = {
    "a", "abbr", "audio", "button", "canvas", "caption", "code", "datalist", "dfn", "h1", "h2", "h3", "h4", "h5", "h6",
    "iframe", "kbd", "label", "legend", "math", "menu", "nav", "noscript", "object", "option", "output", "pre", "samp",
    "script", "select", "style", "summary", "svg", "template", "textarea", "th", "title", "var", "video",
}  # fmt: skip
# Elements within a line: words go on across their tags.
INLINE = {
    "b", "bdi", "bdo", "cite", "data", "del", "em", "i", "ins", "mark", "q", "s", "small", "span", "strong", "sub",
    "sup", "time", "u", "wbr",
}  # fmt: skip
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

_PROSE = re.compile(r'<([a-z][a-z0-9]*)(?=[^>]*?\sclass="(?:[^"]*\s)?prose[\s"])(?![^>]*\sdata-terms="off")[^>]*>')
# Each begins with one certain character, by which searching is several times faster.
_TAG = re.compile(
    r"""(<(?:/?[A-Za-z][A-Za-z0-9-]*[^>"']*+(?:"[^"]*"[^>"']*+|'[^']*'[^>"']*+)*+>|!--.*?-->))""", re.DOTALL
)
_REFERENCE = re.compile(r"(&(?:\#[0-9]+|\#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);?)")
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_BROKEN = re.compile(r"<[A-Za-z/!?]")
_LANGUAGE = re.compile(r"""\slang\s*=\s*["']?([A-Za-z]*)""")
_OFF = re.compile(r"""\sdata-terms\s*=\s*["']?off\b""")
# Between two blocks no label is found: it is among what the matcher takes for a break.
BREAK = " \x00 "
NO_NODE = -1


@dataclass(frozen=True, slots=True)
class Passage:
    """The inside of one element of running text, and where it begins in the page's markup."""

    start: int
    markup: str


class Tag(NamedTuple):
    """What a tag means for the words around it: nothing (`is_plain`), that it parts them (`is_break`), or more."""

    is_plain: bool = True
    is_break: bool = False
    name: str = ""
    is_end: bool = False
    parts: bool = False
    closes: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The readable words of a passage, and where each piece of them stands in its markup.

    A piece is what lies between two tags, or one character reference, whose length in the markup `atoms` holds by the
    number of the piece, or a break, which has no place. `nodes` numbers the texts between tags. A page has hundreds of
    pieces: plain numbers are cheap.
    """

    words: str
    starts: list[int]
    places: list[int]
    nodes: list[int]
    atoms: dict[int, int]

    def place_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `words[start:end]` stands in the markup; None if a tag lies within or it is between two pieces."""
        first = last = bisect_right(self.starts, start) - 1
        while self.starts[last + 1] < end:
            last += 1
        node = self.nodes[first]
        if node == NO_NODE or node != self.nodes[last]:
            return None
        begin = self.places[first] + (0 if first in self.atoms else start - self.starts[first])
        return begin, self.places[last] + (self.atoms.get(last) or end - self.starts[last])


def passages(markup: str) -> Iterator[Passage]:
    """The insides of the outermost elements of the class `prose`, in order."""
    position = 0
    while (found := markup.find("prose", position)) >= 0:
        begin = markup.rfind("<", position, found)
        # Where no tag begins since, the word stands in a text: to look further back would find the last passage again.
        opening = _PROSE.match(markup, begin) if begin >= 0 else None
        position = found + 1
        if opening is not None:
            position = _end_of(opening[1], markup, opening.end())
            yield Passage(opening.end(), markup[opening.end() : position])


def _end_of(name: str, markup: str, position: int) -> int:
    """Where the element `name` that was opened right before `position` ends; the end of `markup` if nowhere."""
    depth = 1
    for tag in re.compile(rf"<(/?){name}(?=[\s>])").finditer(markup, position):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.start()
    return len(markup)


def text_of(markup: str, language: str) -> Text:
    """The words of `markup` in `language` that may be marked. Reading stops where a tag is broken."""
    pieces = _TAG.split(markup)
    pieces.append("")
    between, tags, where = pieces[::2], pieces[1::2], list(accumulate(map(len, pieces), initial=0))[::2]
    is_whole = "<" not in "".join(between)
    reader = _Reader(language.split("-", 1)[0].lower())
    words, places, nodes = reader.words, reader.places, reader.nodes
    depth = 0
    for node, (found, tag, place) in enumerate(zip(between, map(_tag, tags), where, strict=False)):
        if found and not depth:
            broken = None if is_whole else _BROKEN.search(found)
            if broken:
                reader.add_with_references(_before(found, broken.start()), place, node)
                break
            if "&" in found:
                reader.add_with_references(found, place, node)
            else:
                words.append(found)
                places.append(place)
                nodes.append(node)
        if tag.is_plain and not depth:
            continue
        if tag.is_break and not depth:
            words.append(BREAK)
            places.append(0)
            nodes.append(NO_NODE)
        else:
            depth = reader.pass_by(tag)
    starts = list(accumulate(map(len, words), initial=0))
    return Text("".join(words), starts, places, nodes, reader.atoms)


def _before(found: str, broken: int) -> str:
    """What is read of the words in which a tag is broken: those before the last character reference before it."""
    ends = [reference.end() for reference in _REFERENCE.finditer(found, 0, broken)]
    return found[: ends[-1]] if ends else ""


class _Reader:
    """What is known in the middle of a passage."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words: list[str] = []
        self.places: list[int] = []
        self.nodes: list[int] = []
        self.atoms: dict[int, int] = {}
        self.skipped = ""
        self.depth = 0

    def add_with_references(self, found: str, place: int, node: int) -> None:
        """Add the words between two tags piece by piece: each character reference is one of its own."""
        pieces = _REFERENCE.split(found)
        self.places += accumulate(map(len, pieces[:-1]), initial=place)
        self.nodes += [node] * len(pieces)
        for number in range(1, len(pieces), 2):
            self.atoms[len(self.words) + number] = len(pieces[number])
            pieces[number] = _character(pieces[number])
        self.words += pieces

    def pass_by(self, tag: Tag) -> int:
        """A tag that closes words off starts skipping to its end; what is no part of a line ends what goes before.

        Returns how deep the reader now is in what is skipped.
        """
        if self.depth:
            if tag.name == self.skipped:
                self.depth += -1 if tag.is_end else 1
        elif tag.closes or (tag.language is not None and tag.language != self.language):
            self.skipped, self.depth = tag.name, 1
        if tag.parts or (self.depth and tag.name):
            self.words.append(BREAK)
            self.places.append(0)
            self.nodes.append(NO_NODE)
        return self.depth


@lru_cache(maxsize=1024)
def _character(reference: str) -> str:
    return html.unescape(reference)


@lru_cache(maxsize=1024)
def _tag(piece: str) -> Tag:
    """What a tag or a comment says. Most pages have few different ones."""
    named = _NAME.match(piece)
    if named is None:
        return Tag()
    name, rest = named[1].lower(), piece[named.end() : -1]
    parts = name not in INLINE
    if piece.startswith("</") or name in VOID:
        return Tag(not parts, parts, name, piece.startswith("</"), parts)
    closes = name in CLOSED or bool(_OFF.search(rest))
    said = _LANGUAGE.search(rest)
    is_more = closes or said is not None
    return Tag(
        not (parts or is_more), parts and not is_more, name, False, parts, closes, said[1].lower() if said else None
    )
