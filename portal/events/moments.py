"""When what visitors read about events changes by the clock alone: an event begins or ends, registration opens or
closes."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from portal.core import pagecache
from portal.events.models import EventPage
from portal.events.querysets import LONGEST


def next_moments(now: datetime) -> Iterable[datetime | None]:
    """The next moment of each sort: four small queries, asked when a page is stored."""
    live = EventPage.objects.filter(live=True)
    going_on = live.filter(starts_at__gt=now - LONGEST, starts_at__lte=now, ends_at__gt=now)
    yield live.filter(starts_at__gt=now).order_by("starts_at").values_list("starts_at", flat=True).first()
    yield going_on.aggregate(at=Min("ends_at"))["at"]
    coming = live.filter(starts_at__gt=now)
    yield coming.filter(registration_opens__gt=now).aggregate(at=Min("registration_opens"))["at"]
    yield coming.filter(registration_closes__gt=now).aggregate(at=Min("registration_closes"))["at"]


pagecache.register_moments("events", next_moments)
