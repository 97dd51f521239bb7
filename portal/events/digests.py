"""What a digest says of events: those that were put on the calendar, and are still to come."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.viewer import Viewer
from portal.events.models import EventPage
from portal.notifications import digests


def to_come(viewer: Viewer) -> "QuerySet[EventPage]":
    found: QuerySet[EventPage] = EventPage.objects.visible(viewer).filter(starts_at__gt=timezone.now(), cancelled=False)
    return found


digests.register("events", _("New events"), digests.new_pages(to_come), order=60)
