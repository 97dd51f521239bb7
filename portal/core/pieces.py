"""Pieces of pages that depend on nothing but what is handed to them: rendered once, then remembered by this process.

To render a template costs ten times what it costs to find that it was rendered before. What is handed over is the whole
of a piece's key, so a piece cannot be stale, and one reader's can only be shown to whoever is to see the very same.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

MOST_CHARACTERS = 8_000_000
Key = tuple[Any, ...]

_PLAIN = (str, int, float, Decimal, date, time, Enum, type(None))


class _Memory:
    """What was rendered last, up to `MOST_CHARACTERS` in all."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.forget()

    def forget(self) -> None:
        self.known: OrderedDict[Key, SafeString] = OrderedDict()
        self.characters = 0

    def get(self, key: Key) -> SafeString | None:
        with self.lock:
            markup = self.known.get(key)
            if markup is not None:
                self.known.move_to_end(key)
            return markup

    def put(self, key: Key, markup: SafeString) -> None:
        with self.lock:
            if key not in self.known:
                self.known[key] = markup
                self.characters += len(markup)
            while self.characters > MOST_CHARACTERS:
                _key, oldest = self.known.popitem(last=False)
                self.characters -= len(oldest)


_memory = _Memory()
forget_process = _memory.forget


def piece(template: str, **values: Any) -> SafeString:
    """`template`, rendered with `values` and nothing else: neither the request nor the page's other variables.

    Values are plain: texts, numbers, dates, lists and dictionaries of them, and rows (named tuples and dataclasses).
    What the template makes of them may not depend on the time of day.
    Raises TypeError for any other value, such as a model's instance, of which nobody can tell whether it changed.
    """
    key: list[Any] = [template, get_language()]
    for name, value in values.items():
        key.append(name)
        _spell(value, key)
    known = tuple(key)
    markup = _memory.get(known)
    # While somebody works on the templates, a piece is what its template says now.
    if markup is None or settings.DEBUG:
        markup = mark_safe(get_template(template).render(values))
        _memory.put(known, markup)
    return markup


def _spell(value: Any, key: list[Any]) -> None:
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


def _spell_all(kind: type, values: Iterable[Any], number: int, key: list[Any]) -> None:
    key += (kind, number)
    for value in values:
        _spell(value, key)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))
