"""What can be reported and moderated: a registry, so that this room knows no other.

A room registers each kind with how its things are found and what can be done with them. Ask `found` for whoever reports
(it answers what the viewer may see) and `handled` for whoever handles a case, which the caller has checked: a hidden
post is missing to all but those.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portal.accounts.models import User
from portal.core.viewer import Viewer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing as the moderation's pages show it. `page_id` is its section; `state` is "", "held" or "hidden".

    `withheld`: who wrote it is nobody's to learn here; `author_id` is for telling them and for nothing else.
    """

    kind: str
    key: str
    label: str
    title: str
    url: str
    excerpt: str = ""
    html: str = ""
    author_id: int | None = None
    page_id: int | None = None
    state: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to be done with a thing: `act(key, by, reason)` says False if nothing changed.

    `offered(thing)` says whether it makes sense now.
    """

    name: str
    label: "StrOrPromise"
    act: Callable[[str, User, str], bool]
    offered: Callable[[Thing], bool] = lambda thing: True


@dataclass(frozen=True, slots=True)
class Around:
    """A thing that stands beside another: what gives it its sense. `here`: it is the thing itself."""

    author: str
    html: str
    url: str
    state: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A link to a page where something larger is done: split, merge, move. `shows`: where there is only more to see,
    before one decides."""

    label: str
    url: str
    shows: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """`found(keys, viewer)`: the visible ones; `handled(keys)`: all of them. Both in a fixed number of queries.

    `ways(thing, viewer)`: only to pages that the viewer may open. What is held is approved, rejected, or, where
    `is_edit(thing)`, put back to what readers saw before.
    `lock(key)` keeps others from writing where the thing stands, before its case is touched: whoever writes there takes
    the locks in this order.
    """

    name: str
    label: "StrOrPromise"
    found: Callable[[Iterable[str], Viewer], Mapping[str, Thing]]
    handled: Callable[[Iterable[str]], Mapping[str, Thing]]
    deeds: Sequence[Deed] = field(default=())
    around: Callable[[Thing], Sequence[Around]] = lambda thing: ()
    ways: Callable[[Thing, Viewer], Sequence[Way]] = lambda thing, viewer: ()
    approve: Callable[[str, User, str], bool] | None = None
    reject: Callable[[str, User, str], bool] | None = None
    put_back: Callable[[str, User, str], bool] | None = None
    is_edit: Callable[[Thing], bool] = lambda thing: False
    lock: Callable[[str], object] = lambda key: None


@dataclass(frozen=True, slots=True)
class Writings:
    """What a member wrote in one room: how much, and how all of it is hidden and shown again at once.

    `hide(member_id)` answers what `show(data)` needs; nothing (an empty mapping) if there was nothing to hide.
    `lock(member_id)` locks the rows that both write, before any room writes what everybody needs.
    """

    count: Callable[[int], Sequence[tuple[str, int]]]
    hide: Callable[[int], Mapping[str, Any]]
    show: Callable[[Mapping[str, Any]], bool]
    lock: Callable[[int], object]


_kinds: dict[str, Kind] = {}
_writings: dict[str, Writings] = {}


def register(kind: Kind) -> None:
    """Let things of `kind` be reported. Registering a name again replaces it."""
    _kinds[kind.name] = kind


def register_writings(name: str, writings: Writings) -> None:
    """Let the room `name` count and hide what a member wrote."""
    _writings[name] = writings


def get(name: str) -> Kind | None:
    return _kinds.get(name)


def of(thing: Thing) -> Kind:
    """The kind of a thing that was found."""
    return _kinds[thing.kind]


def writings() -> Mapping[str, Writings]:
    return _writings


def found(name: str, key: str, viewer: Viewer) -> Thing | None:
    """The thing, if there is such a kind and the viewer may see it."""
    kind = _kinds.get(name)
    return kind.found([key], viewer).get(key) if kind else None


def found_many(wanted: Iterable[tuple[str, str]], viewer: Viewer) -> dict[tuple[str, str], Thing]:
    """The things of these kinds and keys that the viewer may see: one call of each kind."""
    return _by_kind(wanted, lambda kind, keys: kind.found(keys, viewer))


def handled(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Thing]:
    """The same for whoever handles their cases: all of them."""
    return _by_kind(wanted, lambda kind, keys: kind.handled(keys))


def _by_kind(
    wanted: Iterable[tuple[str, str]], find: Callable[[Kind, Iterable[str]], Mapping[str, Thing]]
) -> dict[tuple[str, str], Thing]:
    keys: dict[str, dict[str, None]] = {}
    for name, key in wanted:
        keys.setdefault(name, {})[key] = None
    return {
        (name, key): thing
        for name, of_kind in keys.items()
        if name in _kinds
        for key, thing in find(_kinds[name], of_kind).items()
    }
