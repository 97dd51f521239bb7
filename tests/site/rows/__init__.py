"""The rows of the table of addresses (`tests/site/test_url_table.py`), a module for each room.

A module has `ROWS`, and `sample(cast)` if its addresses name things that must be made first.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from portal.accounts.models import User

CAST = ("visitor", "member", "group_member", "lead", "editor", "moderator", "administrator", "steward")

Statuses = int | tuple[int, int, int, int, int, int, int, int]
# route → (address with names of the sample in braces, statuses of GET, statuses of an empty POST)
Rows = dict[str, tuple[str, Statuses, Statuses]]
Sample = Callable[[Sequence[User | None]], Mapping[str, str]]

MEMBERS_ONLY: Statuses = (302, 200, 200, 200, 200, 200, 200, 200)
VISITORS_ONLY: Statuses = (200, 302, 302, 302, 302, 302, 302, 302)
# The admin's doors lead to the one sign-in; for members who may not enter there is no admin.
DOOR: Statuses = (302, 404, 404, 302, 302, 302, 302, 302)


def all_rows() -> Rows:
    """The rows of every module. Raises ValueError for a route that two modules claim."""
    rows: Rows = {}
    for module in _modules():
        twice = rows.keys() & module.ROWS.keys()
        if twice:
            raise ValueError(f"Two rows for {', '.join(sorted(twice))}.")
        rows |= module.ROWS
    return rows


def make_sample(cast: Sequence[User | None]) -> dict[str, str]:
    """Everything that the rows' addresses name, made for `cast` (in the order of `CAST`)."""
    names: dict[str, str] = {}
    for module in _modules():
        if hasattr(module, "sample"):
            names |= module.sample(cast)
    return names


def _modules() -> list[Any]:
    return [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
