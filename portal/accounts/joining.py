"""What whoever joins has to agree to. A room above registers it: the moderation asks to accept the guidelines."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Pledge:
    """A box to tick. `name` is that of the field, another for every version; `keep(user)` writes down that it was."""

    name: str
    label: SafeString
    keep: Callable[[User], object]


_askers: list[Callable[[], Pledge | None]] = []


def register(asker: Callable[[], Pledge | None]) -> None:
    """Let `asker()` say what is to be agreed to at present, if anything."""
    if asker not in _askers:
        _askers.append(asker)


def pledges() -> list[Pledge]:
    return [pledge for asker in _askers if (pledge := asker()) is not None]
