"""Members' and loaders' text: Markdown in, safe HTML out, once, at write time. This is the only place that sanitises."""

import html
import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

ALLOWED_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "i", "li", "ol", "p", "pre",
    "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}, "th": {"scope"}}
ALLOWED_SCHEMES = {"http", "https", "mailto"}
LINK_REL = "nofollow noopener ugc"


def sanitise(markup: str) -> str:
    """Allow-listed HTML from any HTML. Sanitising twice gives the same bytes.

    Links keep http, https, mailto and addresses within the site; every link says `rel="nofollow noopener ugc"`.
    """
    return nh3.clean(
        markup,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel=LINK_REL,
        strip_comments=True,
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.core.ruler.push("demote_headings", _demote_headings)
    return parser


def _demote_headings(state: object) -> None:
    """A page has one h1 and it is not a member's: level 1 becomes 2, and below 4 nothing goes."""
    for token in state.tokens:  # type: ignore[attr-defined]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(int(token.tag[1]), 2), 4)}"


def render_markdown(source: str) -> str:
    """Safe HTML of CommonMark `source` with tables and strike-through; raw HTML in it is shown as text."""
    return sanitise(_parser().render(source))


_TAGS = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


def plain_text(markup: str) -> str:
    """The words of sanitised `markup` on one line, for search and summaries."""
    return _SPACE.sub(" ", html.unescape(_TAGS.sub(" ", markup))).strip()
