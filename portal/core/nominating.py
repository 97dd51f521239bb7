"""What a good answer can become in another room, without the rooms importing one another: a term, a case, a tool.

A room that takes nominations registers a kind; the forums offer every kind beside an answer, and keep what came of it
as kind and key.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from portal.core.references import Resolver

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portal.accounts.models import User


class RefusedError(Exception):
    """The room does not take this nomination; the message says why, in a sentence for the member."""


@dataclass(frozen=True, slots=True)
class Nomination:
    """What is put forward: `text` in Markdown, whose it is (`credit`, "" for nobody who may be named), where it stands,
    and by whom it is put forward. `place` is one of the places that the kind offers."""

    title: str
    text: str
    place: str
    source_title: str
    source_url: str
    credit: str
    by: "User"

    @property
    def address(self) -> str:
        """Where it stands, for fields that take whole addresses only."""
        return settings.BASE_URL.rstrip("/") + self.source_url

    @property
    def credit_line(self) -> str:
        """Whose it is, in words that stand alone."""
        return _("An answer by %s on the boards") % self.credit if self.credit else _("An answer on the boards")


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be nominated.

    `note` says what happens to it there. `places()` are (value, name) of where it may belong. `nominate` writes it in
    the caller's transaction and answers its key, or raises RefusedError. `links` shows what became of keys to those
    who may see it.
    """

    name: str
    label: "StrOrPromise"
    note: "StrOrPromise"
    place_label: "StrOrPromise"
    places: Callable[[], Iterable[tuple[str, str]]]
    nominate: Callable[[Nomination], str]
    links: Resolver


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Offer this kind. Registering a name again replaces it."""
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def find(name: str) -> Kind | None:
    return _kinds.get(name)
