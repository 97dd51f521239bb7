"""Members' and loaders' text: Markdown in, safe HTML out, once, at write time. Only here is anything sanitised."""

import html
import re
from collections.abc import Iterator
from functools import lru_cache

import nh3
from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from portal.core.text_meter import TooMuchMarkupError, metered

ALLOWED_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p",
    "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# Blocks that may say that no terms are to be marked in them.
PASSAGES = {"blockquote", "ol", "p", "table", "ul"}
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"}, "abbr": {"title"}, "img": {"alt", "src"}, "ol": {"start"}, "th": {"scope"},
}  # fmt: skip
ALLOWED_SCHEMES = {"http", "https", "mailto"}
LINK_REL = "nofollow noopener ugc"
# Characters of HTML: room for the longest post as it was typed, were every character of it written as `&nbsp;`.
LARGEST_HTML = 400_000
# Files that members sent, which are served after a look at who asks. No other picture is ever shown.
OWN_PICTURE = re.compile(r"/files/[A-Za-z0-9_-]+/[A-Za-z0-9._~%-]+")
_NO_PICTURE = re.compile(r'<img(?: (?:alt|lang|title)="[^"]*")*>')


def sanitise(markup: str) -> str:
    """Allow-listed HTML from any HTML. Sanitising twice gives the same bytes.

    Links keep http, https, mailto and addresses within the site; every link says `rel="nofollow noopener ugc"`.
    Pictures stay if they are files that members sent.
    """
    cleaned = nh3.clean(
        markup,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        tag_attribute_values={tag: {"data-terms": {"off"}} for tag in PASSAGES},
        url_schemes=ALLOWED_SCHEMES,
        link_rel=LINK_REL,
        strip_comments=True,
        attribute_filter=_only_own_pictures,
    )
    return _NO_PICTURE.sub("", cleaned)


def _only_own_pictures(tag: str, name: str, value: str) -> str | None:
    return None if tag == "img" and name == "src" and not OWN_PICTURE.fullmatch(value) else value


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.use(container_plugin, "no-terms", render=lambda *_renderer: "")
    parser.core.ruler.push("leave_terms", _leave_terms)
    parser.core.ruler.push("demote_headings", _demote_headings)
    parser.core.ruler.push("link_images", _link_images)
    parser.core.ruler.push("link_lone_addresses", _link_lone_addresses)
    return metered(parser)


def _leave_terms(state: StateCore) -> None:
    """`::: no-terms` … `:::` tells each block inside it that no terms are marked there; the fence itself is nothing."""
    depth = 0
    for token in state.tokens:
        if token.type == "container_no-terms_open":
            depth += 1
        elif token.type == "container_no-terms_close":
            depth -= 1
        elif depth and token.tag in PASSAGES and token.nesting >= 0:
            token.attrSet("data-terms", "off")


def _demote_headings(state: StateCore) -> None:
    """A page has one h1 and it is not a member's: level 1 becomes 2, and below 4 nothing goes."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(int(token.tag[1]), 2), 4)}"


def _link_images(state: StateCore) -> None:
    """An image from elsewhere would tell its server who reads, so it becomes a link that says what it shows."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_without_images(token.children))


def _without_images(tokens: list[Token]) -> Iterator[Token]:
    links_open = 0
    for token in tokens:
        links_open += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type != "image" or OWN_PICTURE.fullmatch(str(token.attrs.get("src", ""))):
            yield token
            continue
        address = str(token.attrs.get("src", ""))
        words = Token("text", "", 0, content=token.content or address)
        if links_open:
            yield words
        else:
            yield from (Token("link_open", "a", 1, attrs={"href": address}), words, Token("link_close", "a", -1))


def _link_lone_addresses(state: StateCore) -> None:
    """An address of this portal that stands alone on a line is a link, and always without the portal's own name."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_lone_links(token.children))


def _with_lone_links(tokens: list[Token]) -> Iterator[Token]:
    line: list[Token] = []
    for token in [*tokens, None]:
        if token is not None and token.type not in {"softbreak", "hardbreak"}:
            line.append(token)
            continue
        yield from _lone_link(line) or line
        line = []
        if token is not None:
            yield token


def _lone_link(line: list[Token]) -> list[Token]:
    """The tokens of a link in place of a line that is nothing but one of our addresses, or of a link to itself."""
    kinds = [token.type for token in line]
    is_itself = kinds == ["link_open", "text", "link_close"] and line[0].attrs.get("href") == line[1].content
    if not is_itself and kinds != ["text"]:
        return []
    path = own_path(line[-2].content if is_itself else line[0].content)
    if not path:
        return []
    words = Token("text", "", 0, content=path)
    return [Token("link_open", "a", 1, attrs={"href": path}), words, Token("link_close", "a", -1)]


_PATH = re.compile(r"/(?:[\w-]+/)+(?:[?#][\w=&%#.-]*)?", re.ASCII)


def own_path(address: str) -> str:
    """The site-relative address of a page of this portal, whole or already relative; "" for any other text."""
    path = address.strip().removeprefix(settings.BASE_URL.rstrip("/"))
    return path if _PATH.fullmatch(path) else ""


# A form lays a text out to judge it, and the service that stores it lays it out again: the work is done once.
@lru_cache(maxsize=16)
def render_markdown(source: str) -> str:
    """Safe HTML of CommonMark `source` with tables and strike-through; raw HTML in it is shown as text.

    In what stands between the lines `::: no-terms` and `:::` no terms are marked.
    What would take the parser too long, nest too deep or grow too large is shown as it was typed (`as_typed`).
    """
    try:
        markup = _parser().render(source)
    except TooMuchMarkupError:
        return as_typed(source)
    return sanitise(markup) if len(markup) <= LARGEST_HTML else as_typed(source)


_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


def as_typed(source: str) -> str:
    """Safe HTML of `source` with all its signs: a paragraph after each blank line, and the lines as they are."""
    paragraphs = filter(None, map(str.strip, _BLANK_LINES.split(source)))
    lines = ("<br>\n".join(html.escape(part, quote=False).split("\n")) for part in paragraphs)
    return sanitise("\n".join(f"<p>{part}</p>" for part in lines))


# Attribute values stand in double quotes and may hold ">".
_INLINE_TAG = re.compile(r'</?(?:a|abbr|b|code|del|em|i|s|strong|sub|sup)(?=[\s>])(?:[^>"]|"[^"]*")*>')
_TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
_SPACE = re.compile(r"\s+")


def plain_text(markup: str) -> str:
    """The words of sanitised `markup` on one line, for search and summaries."""
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", _INLINE_TAG.sub("", markup)))).strip()
