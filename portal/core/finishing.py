"""The last thing that is done to a page's main part: rooms register what they add to its running text.

Every page goes through `finish` (the tag `finished` in core/base.html), so no template and no room has to ask for it;
mail, feeds and the admin, which are no such pages, never do. Running text is what stands in an element of the class
`prose`; with `data-terms="off"` an element is left as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.viewer import VISITOR, Viewer


@dataclass(frozen=True, slots=True)
class Place:
    """Where the markup stands: the page's path, the language that it is in, and who reads: the cookies, the account of
    a member (None for a visitor, whose page may be stored for others), and the viewer, who decides what may be seen."""

    path: str = "/"
    language: str = "en"
    cookies: Mapping[str, str] = field(default_factory=dict)
    member: Any = None
    viewer: Viewer = VISITOR


# The markup of a page's main part → what is to stand there instead.
Finisher = Callable[[str, Place], str]

_finishers: list[Finisher] = []


def register(finisher: Finisher) -> Finisher:
    """Let `finisher` change the main part of every page. Registering it again changes nothing."""
    if finisher not in _finishers:
        _finishers.append(finisher)
    return finisher


def finish(markup: str, place: Place) -> str:
    """`markup`, which is safe HTML, as all finishers leave it."""
    for finisher in _finishers:
        markup = finisher(markup, place)
    return markup
