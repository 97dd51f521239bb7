"""From the extracts of an engine to safe HTML: the same for every engine."""

from html import escape

from portal.search.contract import FoundEntry

# What engines put around matching words: control characters, which recorded text never holds.
OPEN, CLOSE = "\x02", "\x03"


def marked(text: str) -> str:
    """`text` as safe HTML with its matching words in <mark>."""
    return escape(text).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")


def shown(key: str, *, title: str, summary: str, extract: str) -> FoundEntry:
    """What a hit shows. All three hold `OPEN` and `CLOSE` around matching words.

    `extract` is of the summary or, where that has none of the words, of the body; where neither has one it is the
    summary that is shown.
    """
    in_summary = OPEN in summary
    in_body = not in_summary and OPEN in extract
    fields = (("title", OPEN in title), ("summary", in_summary), ("body", in_body))
    return FoundEntry(
        key,
        snippet=marked(extract if OPEN in extract or not summary else summary),
        title=marked(title) if OPEN in title else "",
        fields=tuple(name for name, has in fields if has),
    )
