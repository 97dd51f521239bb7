"""What there is already while somebody begins to ask: topics, cases, tools and terms like the title, from search.

One word in common is enough, the best first; search narrows to what the reader may see.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.core.viewer import Viewer
from portal.search import services as search
from portal.search.contract import Hit, SearchQuery

LONGEST = 200
SHORTEST = 4
MOST_TOPICS = 5
MOST_OTHERS = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Some of what is alike, under a heading."""

    name: str
    hits: list[Hit]


def similar(title: str, viewer: Viewer) -> list[Group]:
    """Groups of what is like `title`, none of them empty: two searches, nothing for a title that has hardly begun."""
    text = " ".join(title.split())[:LONGEST]
    if len(text) < SHORTEST:
        return []
    topics = _found(text, ("topic",), MOST_TOPICS, viewer)
    others = _found(text, ("case", "tool", "term"), MOST_OTHERS, viewer)
    named = ((_("Asked before"), topics), (_("Cases, tools and terms"), others))
    return [Group(name, hits) for name, hits in named if hits]


def _found(text: str, kinds: tuple[str, ...], size: int, viewer: Viewer) -> list[Hit]:
    asked = SearchQuery(text=text, kinds=kinds, size=size, any_word=True)
    return list(search.search(asked, viewer).hits)
