"""What can be followed: rooms register a kind, with what its keys show and who may follow them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.references import Link, Resolver
from portal.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Kind:
    """`resolver(keys, viewer)` leaves out what the viewer may not follow; `label` heads them in the settings.

    Without `has_channel` it is told by the digest only, so that there is nothing to choose.
    """

    name: str
    resolver: Resolver
    label: Any = ""
    has_channel: bool = True


_kinds: dict[str, Kind] = {}


def register(kind: str, resolver: Resolver, label: Any = "", *, has_channel: bool = True) -> None:
    """Let members follow things of this kind. Registering a name again replaces it."""
    _kinds[kind] = Kind(kind, resolver, label, has_channel)


def kinds() -> list[Kind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def has_channel(kind: str) -> bool:
    """Whether what comes through things of this kind stands in the inbox."""
    return kind in _kinds and _kinds[kind].has_channel


def resolve(kind: str, keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The links of those that the viewer may follow; nothing of an unknown kind."""
    found = _kinds.get(kind)
    wanted = list(keys)
    return found.resolver(wanted, viewer) if found and wanted else {}
