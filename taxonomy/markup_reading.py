"""Reads running text out of a page's markup, so that the places of words in it are known. It changes nothing.

Reading is by regular expressions, because a page is to be marked in a millisecond. Where markup is not what a sanitiser
or a serialiser writes, less is read rather than something wrong.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

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
_PIECE = re.compile(
    r"""<!--.*?-->"""
    r"""|<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>[^>"']*+(?:"[^"]*"[^>"']*+|'[^']*'[^>"']*+)*+)>"""
    r"""|&(?:\#[0-9]+|\#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);?""",
    re.DOTALL,
)
_BROKEN = re.compile(r"<[A-Za-z/!?]")
_LANGUAGE = re.compile(r"""\slang\s*=\s*["']?([A-Za-z]*)""")
_OFF = re.compile(r"""\sdata-terms\s*=\s*["']?off\b""")
# Between two blocks no label is found: it is among what the matcher takes for a break.
BREAK = " \x00 "


@dataclass(frozen=True, slots=True)
class Passage:
    """The inside of one element of running text, and where it begins in the page's markup."""

    start: int
    markup: str


@dataclass(slots=True)
class Text:
    """The readable words of a passage, and where each piece of them stands in its markup.

    A piece is what lies between two tags, or one character reference, whose length in the markup `atoms` holds. `nodes`
    numbers the texts between tags. These are four lists of numbers because a page has hundreds of pieces.
    """

    words: str = ""
    starts: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    atoms: list[int] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)

    def place_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `words[start:end]` stands in the markup; None if a tag lies within or it is between two pieces."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        if first < 0 or self.nodes[first] != self.nodes[last]:
            return None
        begin = self.places[first] + (0 if self.atoms[first] else start - self.starts[first])
        return begin, self.places[last] + (self.atoms[last] or end - self.starts[last])


def passages(markup: str) -> Iterator[Passage]:
    """The insides of the outermost elements of the class `prose`, in order."""
    position = 0
    while (found := markup.find("prose", position)) >= 0:
        opening = _PROSE.match(markup, max(0, markup.rfind("<", position, found)))
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


class _Reader:
    """Goes through a passage once, tag by tag."""

    def __init__(self, language: str) -> None:
        self.language = language.split("-", 1)[0].lower()
        self.text = Text()
        self.parts: list[str] = []
        self.length = 0
        self.node = 0
        self.skipped = ""
        self.depth = 0

    def add(self, words: str, place: int, atom: int = 0) -> None:
        text = self.text
        text.starts.append(self.length)
        text.places.append(place)
        text.atoms.append(atom)
        text.nodes.append(self.node)
        self.parts.append(words)
        self.length += len(words)

    def tag(self, piece: "re.Match[str]") -> None:
        """A tag ends a text; one that opens what is not read starts skipping to its end."""
        name = piece["name"].lower()
        if self.depth:
            if name == self.skipped and name not in VOID:
                self.depth += -1 if piece["slash"] else 1
        elif not piece["slash"] and name not in VOID and self._is_closed(name, piece["rest"]):
            self.skipped, self.depth = name, 1
        self.node += 1
        if self.depth or name not in INLINE:
            self.parts.append(BREAK)
            self.length += len(BREAK)

    def _is_closed(self, name: str, rest: str) -> bool:
        if name in CLOSED or (rest and _OFF.search(rest)):
            return True
        language = _LANGUAGE.search(rest) if rest else None
        return language is not None and language[1].lower() != self.language


def text_of(markup: str, language: str) -> Text:
    """The words of `markup` in `language` that may be marked. Reading stops where a tag is broken."""
    reader = _Reader(language)
    position = 0
    for piece in _PIECE.finditer(markup):
        if not _read(reader, markup, position, piece.start()):
            break
        position = piece.end()
        if piece["name"]:
            reader.tag(piece)
        elif piece[0][0] == "<":
            reader.node += 1
        elif not reader.depth:
            reader.add(html.unescape(piece[0]), piece.start(), len(piece[0]))
    else:
        _read(reader, markup, position, len(markup))
    reader.text.words = "".join(reader.parts)
    return reader.text


def _read(reader: _Reader, markup: str, start: int, end: int) -> bool:
    """Read the text between two pieces; False if it holds the beginning of a tag that has no end."""
    if start < end and not reader.depth:
        words = markup[start:end]
        if "<" in words and _BROKEN.search(words):
            return False
        reader.add(words, start)
    return True
