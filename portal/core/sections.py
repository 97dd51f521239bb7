"""What rooms show of one section of the page tree without importing one another.

A working group's page shows its boards, its next events, its people; its leads' page shows what waits. Each room
registers what it has to say of a section for a *place* ("group": on the group's public page, "desk": on the page of
those who run it), and the room that owns the page asks for all of them.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wagtail.models import Page

from portal.core.viewer import Viewer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GROUP = "group"
DESK = "desk"


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a section's page.

    `collect(page, viewer)` reads what `viewer` may see below `page`, in a fixed number of queries, and answers the
    context of `template`; None leaves the panel out. Panels stand in the order of `order`. On a group's page the
    template's heading has the id "panel-<name>", to which the page's list of parts leads under `title`.
    """

    name: str
    template: str
    collect: Callable[[Page, Viewer], dict[str, Any] | None]
    title: "StrOrPromise"
    order: int = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel with what it has to show."""

    name: str
    title: "StrOrPromise"
    template: str
    data: dict[str, Any]


_running: dict[str, Callable[[Viewer], Sequence[str]]] = {}
_panels: dict[str, dict[str, Panel]] = defaultdict(dict)


def register(place: str, panel: Panel) -> None:
    """Show `panel` at `place`. Registering a name again replaces the panel."""
    _panels[place][panel.name] = panel


def register_running(name: str, finder: Callable[[Viewer], Sequence[str]]) -> None:
    """Let `finder(viewer)` name the tree paths of the sections that a viewer runs, in one query at most."""
    _running[name] = finder


def run_by(viewer: Viewer) -> list[str]:
    """The tree paths of the sections that `viewer` runs; none for a visitor, without a query."""
    if not viewer.enters_admin:
        return []
    return [path for finder in _running.values() for path in finder(viewer)]


def panels(place: str, page: Page, viewer: Viewer) -> list[Shown]:
    """What the rooms have to show of the section `page` to `viewer`, in order."""
    ordered = sorted(_panels[place].values(), key=lambda panel: panel.order)
    found = ((panel, panel.collect(page, viewer)) for panel in ordered)
    return [Shown(panel.name, panel.title, panel.template, data) for panel, data in found if data is not None]
