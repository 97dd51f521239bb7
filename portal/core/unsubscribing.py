"""The one link by which letters of a kind end, signed in or not, by a person or by a mail program (RFC 8058).

A room registers what can be ended: a name, how to find it by its key, and how to end it. Its letters carry the address
of that, which is signed with the portal's key: it can neither be guessed nor be changed into somebody else's, and it
allows nothing but to get fewer letters. It holds for as long as the key does, because letters are kept for years.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.urls import reverse

ONE_CLICK = "List-Unsubscribe=One-Click"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Letters that somebody gets. `title` says about what; at `url`, relative to the site, they can begin again."""

    title: str
    url: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    find: Callable[[str], Subscription | None]
    end: Callable[[str], bool]


_kinds: dict[str, _Kind] = {}


def register(name: str, *, find: Callable[[str], Subscription | None], end: Callable[[str], bool]) -> None:
    """Let letters of this name end. `find(key)` gives None for what is no more; `end(key)` says False when it had
    ended already."""
    _kinds[name] = _Kind(find, end)


def address_of(name: str, key: object) -> str:
    """The site-relative address by which this is ended."""
    return reverse("unsubscribe", args=[_signer().sign(f"{name}-{key}")])


def find(token: str) -> Subscription | None:
    """What the address with this token ends; None for a forged one, and for what is no more."""
    named = _read(token)
    return named[0].find(named[1]) if named else None


def end(token: str) -> bool:
    """End it. False when that is done already, or when the token is forged."""
    named = _read(token)
    return named[0].end(named[1]) if named else False


def add_headers(message: EmailMessage, address: str) -> None:
    """Let mail programs offer to end the letters by a button of their own, at this site-relative address."""
    message.extra_headers["List-Unsubscribe"] = f"<{settings.BASE_URL.rstrip('/')}{address}>"
    message.extra_headers["List-Unsubscribe-Post"] = ONE_CLICK


def _signer() -> Signer:
    return Signer(salt="core.unsubscribe")


def _read(token: str) -> tuple[_Kind, str] | None:
    try:
        name, _dash, key = _signer().unsign(token).rpartition("-")
    except BadSignature:
        return None
    kind = _kinds.get(name)
    return (kind, key) if kind else None
