"""How events are narrowed; every read starts from what the viewer may see."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from wagtail.models import PageManager

from portal.core.models import VisiblePageQuerySet
from portal.core.viewer import Viewer

if TYPE_CHECKING:
    from portal.events.models import Registration  # noqa: F401 - named by the class's base

# No event is longer, so whatever goes on at a moment began within this time before it.
LONGEST = timedelta(days=7)
PATH_LENGTH = 255


def last_below(path: str) -> str:
    """The treebeard path after all those below `path`."""
    return path + "Z" * (PATH_LENGTH - len(path))


class EventQuerySet(VisiblePageQuerySet):
    """Event pages, narrowed by who is looking and by time."""

    def coming(self, now: datetime, earliest: datetime | None = None) -> Self:
        """Events that go on or begin later, the next one first.

        `earliest` is `now - LONGEST`, which a prepared read cannot compute itself.
        """
        # The first condition narrows by the index that the order needs too.
        return self.filter(starts_at__gt=earliest or now - LONGEST, ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now: datetime) -> Self:
        """Events that are over, the latest first."""
        return self.filter(starts_at__lte=now, ends_at__lte=now).order_by("-starts_at", "-pk")

    def below(self, path: str) -> Self:
        """Events in the section of the page at treebeard `path`."""
        return self.within(path, last_below(path))

    def within(self, first: str, last: str) -> Self:
        """Events whose treebeard path is between these: unlike a beginning, that is answered by the path's index."""
        return self.filter(path__gte=first, path__lte=last)


EventManager = PageManager.from_queryset(EventQuerySet)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Who takes part in what."""

    def active(self) -> Self:
        """Registered or waiting."""
        return self.exclude(state="cancelled")

    def of(self, viewer: Viewer) -> Self:
        """The viewer's own, for events that the viewer still sees."""
        if viewer.user_id is None:
            return self.none()
        return self.filter(user_id=viewer.user_id, event__live=True, event__gate__audience_id__in=viewer.audiences)

    def in_order(self) -> Self:
        """Registered before waiting, each in the order in which they came."""
        return self.order_by("state", "place")
