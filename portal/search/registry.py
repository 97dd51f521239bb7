"""The kinds of searchable things, filled by the rooms' `searchable.py` when Django starts."""

from collections.abc import Iterator

from django.db.models import Model

from portal.search.contract import Kind

_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make `kind` searchable. Registering a name twice replaces it."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind | None:
    return _kinds.get(name)


def kinds() -> Iterator[Kind]:
    """All kinds in the order in which they were registered."""
    yield from _kinds.values()


def kind_of(model: type[Model]) -> Kind | None:
    """The kind whose things are instances of `model`."""
    return next((kind for kind in _kinds.values() if issubclass(model, kind.model)), None)
