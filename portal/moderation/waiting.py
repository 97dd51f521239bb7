"""Open cases wait for moderators, and for those who run the section in which they stand."""

from collections.abc import Iterator, Sequence

from django.db.models import Count, Q
from django.utils.translation import ngettext

from portal.core import waiting
from portal.core.viewer import Viewer
from portal.moderation.models import Case


def for_moderators(viewer: Viewer) -> Iterator[waiting.Line]:
    """What they may see and nobody has settled: one query."""
    number = Case.objects.handled_by(viewer, ()).open().count() if viewer.is_moderator else 0
    if number:
        sentence = ngettext("%(number)s report or held post waits.", "%(number)s reports or held posts wait.", number)
        yield waiting.Line(sentence % {"number": number}, "/moderation/")


def count_below(paths: Sequence[str], viewer: Viewer) -> dict[str, int]:
    """How many open cases stand below each of the tree paths: one query."""
    names = {f"section_{place}": path for place, path in enumerate(paths)}
    counted = (
        Case.objects.open()
        .of_others(viewer)
        .aggregate(**{name: Count("pk", filter=Q(page__path__startswith=path)) for name, path in names.items()})
    )
    return {path: counted[name] for name, path in names.items()}


def say_below(number: int) -> str:
    words = ngettext("%(number)s report or held post", "%(number)s reports or held posts", number)
    return words % {"number": number}


waiting.register("moderation", for_moderators, order=5)
waiting.register_in_sections("moderation", waiting.Counter(count_below, say_below, "panel-moderation", order=5))
