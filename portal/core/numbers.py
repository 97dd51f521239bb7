"""Numbers in addresses: what is wider than the database's integers names no row, and must not reach it.

SQLite's driver raises OverflowError for them, and Django guards exact look-ups of number columns only.
"""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest
from django.urls.converters import IntConverter, register_converter

# The database's widest integer: no row holds what is beyond.
WIDEST = 2**63 - 1
# What is typed to search for may be any row of digits.
WORDS = {"q"}


class IdConverter(IntConverter):
    """`<id:pk>` in a route: the id of a row. An address with a wider number does not exist."""

    def to_python(self, value: str) -> int:
        """Raises ValueError, by which Django knows that the route does not match."""
        if is_too_wide(value):
            raise ValueError("no row has this id")
        return super().to_python(value)


register_converter(IdConverter, "id")


def is_too_wide(value: Any) -> bool:
    """Whether `value`, a number or its text, is a whole number that the database cannot hold."""
    text = str(value).strip()
    try:
        return abs(int(text)) > WIDEST
    except ValueError:
        # Python does not read more than some thousand digits.
        return text.lstrip("+-").isdecimal()


def id_in(text: str) -> int | None:
    """The id of a row that `text` says in plain digits; None where it says none."""
    return int(text) if text.isascii() and text.isdecimal() and not is_too_wide(text) else None


def ids_in(keys: Iterable[str]) -> list[int]:
    """The ids among `keys`, in their order."""
    return [pk for key in keys if (pk := id_in(key)) is not None]


def check_numbers(request: HttpRequest) -> None:
    """Raises Http404 if the address, or in the admin its query, has a number that no row can have."""
    match = request.resolver_match
    numbers: list[Any] = list(match.kwargs.values()) if match is not None else []
    if request.path_info.startswith("/admin/"):
        numbers += [value for name, values in request.GET.lists() if name not in WORDS for value in values]
    if any(is_too_wide(value) for value in numbers):
        raise Http404
