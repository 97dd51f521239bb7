"""The kinds of searchable things, filled by the rooms' `searchable.py` when Django starts."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete

from portal.search.contract import Kind

# What hangs on pages without being pages (the topics of a board): page ids → keys such as "topic:7".
Dependants = Callable[[list[int]], Iterable[str]]

_kinds: dict[str, Kind] = {}
_dependants: dict[str, Dependants] = {}


def register(kind: Kind) -> None:
    """Make `kind` searchable. Registering a name twice replaces it."""
    _kinds[kind.name] = kind
    post_delete.connect(_evict_deleted, sender=kind.model, dispatch_uid=f"search.deleted.{kind.name}")


def unregister(name: str) -> None:
    """Take the kind `name` back; its entries stay until the next rebuild."""
    kind = _kinds.pop(name)
    post_delete.disconnect(sender=kind.model, dispatch_uid=f"search.deleted.{name}")


def get(name: str) -> Kind | None:
    return _kinds.get(name)


def kinds() -> Iterator[Kind]:
    """All kinds in the order in which they were registered."""
    yield from _kinds.values()


def kind_of(model: type[Model]) -> Kind | None:
    """The kind whose things are instances of `model`."""
    return next((kind for kind in _kinds.values() if issubclass(model, kind.model)), None)


def register_dependants(name: str, finder: Dependants) -> None:
    """Let `finder(page_ids)` name what else must be recorded anew when the pages' audience or address changes."""
    _dependants[name] = finder


def dependants(page_ids: list[int]) -> list[str]:
    """The keys of everything that hangs on the pages."""
    return [key for finder in _dependants.values() for key in finder(page_ids)] if page_ids else []


def _evict_deleted(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    """A thing deleted, alone or by cascade, leaves search in the same transaction."""
    from portal.search import services

    kind = kind_of(sender)
    if kind is not None:
        services.evict(kind.name, [instance.pk])
