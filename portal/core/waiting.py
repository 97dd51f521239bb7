"""What waits for a person, told by each room without importing the others.

A room registers what it knows for a viewer (`register`: the accounts know who waits for approval), and what it can
count in the sections that somebody runs (`register_in_sections`: the forums count questions without an answer). The
admin's home shows `lines(viewer)`; the room of groups asks `in_sections` for the groups that the viewer runs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with its number ("3 readers have reported a problem."), and the address where it is worked on."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Counter:
    """Something to count in sections of the page tree.

    `count(paths, viewer)` answers how many there are below each of the tree paths, as far as the viewer may see them,
    in a fixed number of queries; `words(number)` says so ("2 questions without an answer"); `anchor` is where on the
    desk of a section they stand.
    """

    count: Callable[[Sequence[str], Viewer], Mapping[str, int]]
    words: Callable[[int], str]
    anchor: str
    order: int = 100


@dataclass(frozen=True, slots=True)
class Counted:
    """What waits in one section."""

    words: str
    anchor: str


Finder = Callable[[Viewer], Iterable[Line]]

_finders: dict[str, tuple[int, Finder]] = {}
_counters: dict[str, Counter] = {}


def register(name: str, finder: Finder, order: int = 100) -> None:
    """Let `finder(viewer)` tell what waits for a viewer, and nothing of what he or she may not see."""
    _finders[name] = (order, finder)


def register_in_sections(name: str, counter: Counter) -> None:
    """Let `counter` say what waits in sections. Registering a name again replaces it."""
    _counters[name] = counter


def lines(viewer: Viewer) -> list[Line]:
    """Everything that waits for `viewer`, in the rooms' order; nothing for a visitor."""
    if not viewer.is_member:
        return []
    ordered = sorted(_finders.values(), key=lambda found: found[0])
    return [line for _order, finder in ordered for line in finder(viewer)]


def in_sections(paths: Sequence[str], viewer: Viewer) -> dict[str, list[Counted]]:
    """What waits below each of the tree paths; a path where nothing waits has an empty list."""
    found: dict[str, list[Counted]] = {path: [] for path in paths}
    if not paths:
        return found
    for counter in sorted(_counters.values(), key=lambda counter: counter.order):
        for path, number in counter.count(paths, viewer).items():
            if number:
                found[path].append(Counted(counter.words(number), counter.anchor))
    return found
