"""Links between rooms that must not import one another: a kind and a key, resolved by whoever registered the kind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from portal.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Link:
    """What a resolved reference shows."""

    title: str
    url: str
    label: str = ""
    summary: str = ""


Resolver = Callable[[Iterable[str], Viewer], Mapping[str, Link]]
Backlinks = Callable[[int, Viewer, int], list[Link]]

_resolvers: dict[str, Resolver] = {}
_backlinks: dict[str, Backlinks] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Let `resolver(keys, viewer)` answer for references of `kind`; keys that the viewer may not see are left out."""
    _resolvers[kind] = resolver


def resolve(kind: str, keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The visible links among `keys`, one call of the room however many keys. An unknown kind resolves to nothing."""
    wanted = list(keys)
    resolver = _resolvers.get(kind)
    return resolver(wanted, viewer) if resolver and wanted else {}


def register_backlinks(kind: str, finder: Backlinks) -> None:
    """Let `finder(page_id, viewer, limit)` list what of `kind` speaks about a page (the forums: topics on a case)."""
    _backlinks[kind] = finder


def backlinks(kind: str, page_id: int | None, viewer: Viewer, limit: int = 5) -> list[Link]:
    """What of `kind` speaks about the page, visible to `viewer`, newest first; nothing about a page not yet saved."""
    finder = _backlinks.get(kind)
    return finder(page_id, viewer, limit) if finder and page_id else []
