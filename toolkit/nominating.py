"""A good answer on the boards becomes the draft of a tool, which an editor makes ready to be taken."""

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import nominated, nominating
from portal.core.nominating import Nomination, RefusedError
from portal.core.viewer import VISITOR
from toolkit.models import ToolPage
from toolkit.querysets import stage_titles

LONGEST_SOURCE = 200
# A credit that is cut below this says nothing.
SHORTEST_CREDIT = 30


def _places() -> list[tuple[str, str]]:
    """The stages that everybody sees, because everybody is to see what comes of it."""
    return [(str(pk), title) for pk, title in stage_titles(VISITOR)]


def _nominate(nomination: Nomination) -> str:
    if nomination.place not in dict(_places()):
        raise RefusedError(_("Choose a stage of the starter kit."))
    return nominated.add_draft(int(nomination.place), ToolPage(source=_source(nomination)), nomination)


def _source(nomination: Nomination) -> str:
    """The credit and the whole address: a long name is cut, and an address that leaves no room is left out."""
    room = LONGEST_SOURCE - len(nomination.address) - len(": ")
    if room < SHORTEST_CREDIT:
        return Truncator(nomination.credit_line).chars(LONGEST_SOURCE)
    return f"{Truncator(nomination.credit_line).chars(room)}: {nomination.address}"


nominating.register(
    nominating.Kind(
        name="tool",
        label=gettext_lazy("A tool of the starter kit"),
        note=gettext_lazy("It waits unpublished until an editor has made it ready to be taken."),
        place_label=gettext_lazy("Stage"),
        places=_places,
        nominate=_nominate,
        links=nominated.links,
    )
)
