"""How much work a text may make for the Markdown parser.

The parser is written in Python and tries a dozen rules at every sign and line; some texts make it look at one place
again and again. So its steps are counted while it takes them, and a text that needs more than any that a person writes
is given up at once. Steps are the same on every machine, where seconds are not.
"""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink, validateLink
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

# A line costs more than a sign, and an address in angle brackets or a bracket that may begin a link more than others.
# What they come to is measured by `python -m benchmarks.markdown`.
MOST_STEPS = 13_000
MOST_TOKENS = 14_000
LINE, LOOK = 4, 1
SIGN = {"<": 8, "[": 3}
# More than these are no table that somebody could read.
MOST_COLUMNS = 100
# Characters before they are encoded: no browser's address bar keeps more.
LONGEST_ADDRESS = 2_000
# Every rule that looks ahead at a line does so as part of one of these.
CHAINS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
STEPS = "steps"


class TooMuchMarkupError(Exception):
    """The text needs more than `MOST_STEPS`, makes more than `MOST_TOKENS`, or nests deeper than the parser goes."""


def metered(parser: MarkdownIt) -> MarkdownIt:
    """The same parser, which raises TooMuchMarkupError where it would work for long or leave part of a text out."""
    blocks, inline = _Blocks(), _Inline()
    blocks.ruler, inline.ruler, inline.ruler2 = parser.block.ruler, parser.inline.ruler, parser.inline.ruler2
    parser.block, parser.inline = blocks, inline
    parser.block.ruler.before("table", "meter", _count_line, CHAINS)
    parser.block.ruler.at("table", _readable_table, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("text", "meter", _count_sign)
    parser.normalizeLink = _normal_link  # type: ignore[method-assign, assignment]
    parser.validateLink = _valid_link  # type: ignore[method-assign, assignment]
    parser.core.ruler.before("normalize", "meter", _begin)
    return parser


def _spend(env: Any, steps: int) -> None:
    env[STEPS] += steps
    if env[STEPS] > MOST_STEPS:
        raise TooMuchMarkupError


def _begin(state: StateCore) -> None:
    state.env[STEPS] = 0


def _count_line(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    """Never the rule that fits. Cells that a row lacks are made without asking any rule, so tokens are bounded too."""
    _spend(state.env, LINE)
    if len(state.tokens) > MOST_TOKENS:
        raise TooMuchMarkupError
    return False


def _readable_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The head of a table is taken apart in one go, so its columns are counted before."""
    if state.src.count("|", state.bMarks[start], state.eMarks[start]) > MOST_COLUMNS:
        return False
    return table(state, start, end, silent)


# Each of these is kept by itself until it is known which begins and which ends something.
_EMPHASIS = re.compile(r"\*+|_+|~+")


def _count_sign(state: StateInline, _silent: bool) -> bool:
    run = _EMPHASIS.match(state.src, state.pos)
    _spend(state.env, len(run[0]) if run else SIGN.get(state.src[state.pos], 1))
    return False


# What stands in an address as it is, so that there is nothing to encode.
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9:/?#@!$&()*+,;=._~-]*")


def _normal_link(address: str) -> str:
    as_it_is = len(address) > LONGEST_ADDRESS or _PLAIN_ADDRESS.fullmatch(address)
    return address if as_it_is else normalizeLink(address)


def _valid_link(address: str) -> bool:
    # A character of an address may be encoded as twelve.
    return len(address) <= 12 * LONGEST_ADDRESS and validateLink(address)


class _Blocks(ParserBlock):
    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 - the parser's names
        """The parser leaves out what nests too deep; nothing that somebody wrote is to be left out."""
        if state.level >= state.md.options.maxNesting:
            raise TooMuchMarkupError
        super().tokenize(state, startLine, endLine)


class _Inline(ParserInline):
    def skipToken(self, state: StateInline) -> None:  # noqa: N802 - the parser's name
        """Looking for the end of a link goes over known ground again for every bracket."""
        _spend(state.env, LOOK)
        super().skipToken(state)
