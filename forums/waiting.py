"""Questions without an answer wait for moderators, and for those who run a group."""

from collections.abc import Iterator, Sequence

from django.utils.translation import ngettext

from forums import listings
from portal.core import waiting
from portal.core.viewer import Viewer


def count_waiting(paths: Sequence[str], viewer: Viewer) -> dict[str, int]:
    """How many questions without an answer stand on the boards below each path: one query."""
    return listings.waiting_below(paths, viewer)


def say_waiting(number: int) -> str:
    words = ngettext("%(number)s question without an answer", "%(number)s questions without an answer", number)
    return words % {"number": number}


def for_moderators(viewer: Viewer) -> Iterator[waiting.Line]:
    """Questions on the general boards that nobody has answered: one query."""
    number = listings.waiting_on_general_boards(viewer) if viewer.is_moderator else 0
    if number:
        yield waiting.Line(_on_general_boards(number), "/forums/")


def _on_general_boards(number: int) -> str:
    sentence = ngettext(
        "%(number)s question on the general boards has no answer.",
        "%(number)s questions on the general boards have no answer.",
        number,
    )
    return sentence % {"number": number}


waiting.register("questions", for_moderators, order=35)
waiting.register_in_sections("questions", waiting.Counter(count_waiting, say_waiting, "panel-unanswered", order=10))
