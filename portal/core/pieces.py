"""Pieces of pages that depend on nothing but what is handed to them: rendered once, then remembered by this process.

To render a template costs ten times what it costs to find that it was rendered before. What is handed over is the whole
of a piece's key, so a piece cannot be stale, and one reader's can only be shown to whoever is to see the very same.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# A few kilobytes each.
MOST_IN_PROCESS = 3000

_PLAIN = (str, int, float, Decimal, date, time, Enum, type(None))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A template and what it is rendered with; two are the same when their keys are."""

    key: tuple[Hashable, ...]
    template: str = field(compare=False)
    values: Mapping[str, Any] = field(compare=False)

    def render(self) -> SafeString:
        return mark_safe(get_template(self.template).render(dict(self.values)))


def piece(template: str, **values: Any) -> SafeString:
    """`template`, rendered with `values` and nothing else: neither the request nor the page's other variables.

    Values are plain: texts, numbers, dates, lists and dictionaries of them, and rows (named tuples and dataclasses). What
    the template makes of them may not depend on the time of day.
    Raises TypeError for any other value, such as a model's instance, of which nobody can tell whether it changed.
    """
    key: list[Hashable] = [template, get_language()]
    for name, value in values.items():
        key.append(name)
        _spell(value, key)
    made = _Piece(tuple(key), template, values)
    # While somebody works on the templates, a piece is what its template says now.
    return made.render() if settings.DEBUG else _remembered(made)


@lru_cache(maxsize=MOST_IN_PROCESS)
def _remembered(made: _Piece) -> SafeString:
    return made.render()


def forget_process() -> None:
    """Drop what this process remembers."""
    _remembered.cache_clear()


def _spell(value: Any, key: list[Hashable]) -> None:
    """Append what tells `value` from every other: its type too, since safe HTML equals the same text that is not."""
    kind = type(value)
    if kind is str or kind is SafeString or isinstance(value, _PLAIN):
        key += (kind, value)
    elif isinstance(value, list | tuple):
        _spell_all(kind, value, len(value), key)
    elif isinstance(value, Promise):
        key += (str, str(value))
    elif is_dataclass(kind):
        names = _names(kind)
        _spell_all(kind, (getattr(value, name) for name in names), len(names), key)
    elif isinstance(value, dict):
        _spell_all(kind, (part for item in value.items() for part in item), len(value), key)
    else:
        raise TypeError(f"A piece of a page takes plain values, and {kind.__name__} is none.")


def _spell_all(kind: type, values: Iterable[Any], number: int, key: list[Hashable]) -> None:
    key += (kind, number)
    for value in values:
        _spell(value, key)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))
