"""Where a term page learns what content uses the term: rooms above register, and this room imports none of them."""

from collections.abc import Callable

from portal.core.viewer import Viewer

# (name of the kind, how many the viewer may see, address of the list of them)
Use = tuple[str, int, str]
Finder = Callable[[int, Viewer], list[Use]]

_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Let `finder(concept_id, viewer)` count what it knows under a concept. Registering it again changes nothing."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def uses_of(concept_id: int, viewer: Viewer) -> list[Use]:
    """What the registered finders count, those with none left out."""
    return [use for finder in _finders for use in finder(concept_id, viewer) if use[1]]
