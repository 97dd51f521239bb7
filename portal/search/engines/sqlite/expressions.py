"""FTS5 expressions of what is asked. Words reach FTS5 as quoted strings only."""

from collections.abc import Iterable

from portal.search.engines.asked import Asked
from portal.search.words import Group, Words


def match(asked: Asked) -> str:
    """The expression of `asked`, "" to browse."""
    if asked.is_relaxed and asked.quoted:
        return " AND ".join(literal(term.text) for term in asked.quoted)
    return joined(asked, asked.groups)


def unquoted(asked: Asked) -> str:
    """The expression of what must occur besides the quoted phrases, for whoever looks for those by themselves."""
    if asked.is_relaxed and asked.quoted:
        return ""
    phrases = asked.phrases
    return joined(asked, tuple(group for group in asked.groups if group not in phrases))


def joined(asked: Asked, groups: tuple[Group, ...]) -> str:
    """Any of `groups` where that will do, else all of them."""
    return (" OR " if asked.is_relaxed else " AND ").join(either(group) for group in groups)


def either(group: Group) -> str:
    """Any one of the alternatives of `group`."""
    return "(" + " OR ".join("(" + " AND ".join(literal(text) for text in every) + ")" for every in group) + ")"


def inside(columns: Iterable[str], expression: str) -> str:
    """What matches `expression` by the words in these columns alone."""
    return f"{{{' '.join(columns)}}} : ({expression})"


def literal(text: str) -> str:
    """`text` as an FTS5 string: whatever it holds, it is words."""
    return '"' + text.replace('"', '""') + '"'


def typed(words: Words) -> str:
    """Words being typed, the last one perhaps unfinished; "" where there is none."""
    if not words.terms:
        return ""
    whole = [literal(term.text) for term in words.terms]
    if not words.terms[-1].quoted:
        whole[-1] += " *"
    return " AND ".join(whole)
