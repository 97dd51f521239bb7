"""Reads of what members are told, what they follow and what they have chosen."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.core.prepared import prepared
from portal.core.viewer import Viewer
from portal.notifications import verbs
from portal.notifications.verbs import Channel, Notice

if TYPE_CHECKING:
    from portal.notifications.models import Notification, Watch

# Beyond this the number beside a member's name says only "many".
MOST_COUNTED = 100


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, member_id: int | None) -> Self:
        return self.filter(recipient=member_id)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def tellable(self, viewer: Viewer) -> Self:
        """Those about things that `viewer` may see now, as far as one query can say so."""
        admitted = Q()
        for verb in verbs.all_verbs():
            about = Q(verb=verb.name)
            if verb.things is not None:
                about &= Q(Exists(verb.things(viewer).filter(pk=OuterRef("about"))))
            admitted |= about
        return self.filter(admitted) if admitted else self.none()

    def between(self, channel: Channel, since: datetime, until: datetime) -> Self:
        return self.filter(channel=channel, at__gte=since, at__lt=until)

    def notices(self) -> list[Notice]:
        fields = ("pk", "recipient_id", "verb", "about", "key", "source", "actor_id", "at")
        return [Notice(*row) for row in self.values_list(*fields)]


class WatchQuerySet(models.QuerySet["Watch"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def at(self, places: list[tuple[str, str]]) -> Self:
        """Those of any of the places, each of which is a kind and a key."""
        wanted = Q()
        for kind, key in places:
            wanted |= Q(kind=kind, key=key)
        return self.filter(wanted) if places else self.none()


def unread_number(viewer: Viewer) -> int:
    """How many unread notices the viewer may see, `MOST_COUNTED` at most: one query, none for a visitor."""
    return len(_unread(viewer)) if viewer.is_member else 0


@prepared
def _unread(viewer: Viewer) -> "QuerySet[Notification, int]":
    from portal.notifications.models import Notification

    found = Notification.objects.of(viewer.user_id).unread().tellable(viewer)
    return found.values_list("pk", flat=True)[:MOST_COUNTED]


def is_watching(member_id: int | None, kind: str, key: str) -> bool:
    """One query, none for a visitor."""
    return member_id is not None and bool(_watches(member_id, kind, key))


@prepared
def _watches(member_id: int, kind: str, key: str) -> "QuerySet[Watch, int]":
    from portal.notifications.models import Watch

    return Watch.objects.active().filter(member=member_id, kind=kind, key=key).values_list("pk", flat=True)[:1]


def keys_watched(member_id: int, kind: str) -> list[str]:
    """The keys of all of one kind that the member follows, the newest first: one query."""
    from portal.notifications.models import Watch

    found = Watch.objects.active().filter(member=member_id, kind=kind).order_by("-at", "-pk")
    return list(found.values_list("key", flat=True))


def settings_of(member_ids: list[int], **narrowed: Any) -> dict[int, dict[tuple[str, str], Channel]]:
    """What each of the members has chosen, by verb and source: one query."""
    from portal.notifications.models import Setting

    found: dict[int, dict[tuple[str, str], Channel]] = {pk: {} for pk in member_ids}
    rows = Setting.objects.filter(member__in=member_ids, **narrowed).values_list(
        "member_id", "verb", "source", "channel"
    )
    for member_id, verb, source, channel in rows:
        found[member_id][verb, source] = Channel(channel)
    return found
