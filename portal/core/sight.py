"""What somebody sees in the admin: a value that holds while one of their requests is answered.

Kept apart, at the bottom, because it is asked for at every prepared read (`portal.core.prepared`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from portal.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Sight:
    """Who is looking, and the treebeard paths of the pages below which they have a part in editing."""

    viewer: Viewer
    sections: tuple[str, ...]

    def edits(self, path: str) -> bool:
        """Whether the page at treebeard `path` is in one of the sections."""
        return path.startswith(self.sections)


_sight: ContextVar[Sight | None] = ContextVar("sight", default=None)


def current() -> Sight | None:
    """The sight of the request that is being answered; None outside the admin, and for administrators."""
    return _sight.get()


@contextmanager
def narrowed_to(sight: Sight | None) -> Iterator[None]:
    """Let what is read inside be read by `sight`; None takes a narrowing back."""
    token = _sight.set(sight)
    try:
        yield
    finally:
        _sight.reset(token)
