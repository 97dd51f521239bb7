"""How cases and acts are read: every read starts from what the viewer may handle."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from portal.core.viewer import Role, Viewer

if TYPE_CHECKING:
    from portal.moderation.models import Act, Case  # noqa: F401 - named by the classes' bases


def handled(viewer: Viewer, paths: Sequence[str]) -> Q:
    """What stands in the sections with these tree paths, which the viewer runs; for moderators, what they may see.

    What stood in a section that is no more might have been private: it is for administrators.
    """
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(page__path__startswith=path)
    if viewer.is_moderator:
        found |= Q(page=None, kind="member") | Q(page__gate__audience_id__in=viewer.audiences)
    if Role.ADMINISTRATOR in viewer.roles:
        found |= Q(page=None)
    return found


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, narrowed by who is looking."""

    def handled_by(self, viewer: Viewer, paths: Sequence[str]) -> Self:
        return self.filter(handled(viewer, paths)).of_others(viewer)

    def of_others(self, viewer: Viewer) -> Self:
        """Without those about the viewer's own words: an author neither learns who reported them nor settles it."""
        return self.exclude(author=viewer.user_id)

    def open(self) -> Self:
        return self.filter(settled_at=None)

    def free_for(self, user_id: int, claims_since: datetime) -> Self:
        """Open ones that nobody else has claimed since."""
        return self.open().filter(Q(claimed_by=None) | Q(claimed_by=user_id) | Q(claimed_at__lt=claims_since))


class ActQuerySet(models.QuerySet["Act"]):
    """The trail, narrowed by who is looking."""

    def handled_by(self, viewer: Viewer, paths: Sequence[str]) -> Self:
        return self.filter(handled(viewer, paths))
