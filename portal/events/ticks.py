"""What the events do by the clock: remind those registered a day and an hour before."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from portal.core import ticks
from portal.events import letters
from portal.events.models import Registration

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def remind() -> str:
    """Owe the reminders that are due. Who registered after the point, or was reminded of this beginning, is left out.

    Where the clock stood still for hours, a day's reminder that would come within the last hour is not sent any more.
    """
    now = timezone.now()
    day = _remind("day", DAY, Q(event__starts_at__gt=now + HOUR, event__starts_at__lte=now + DAY))
    hour = _remind("hour", HOUR, Q(event__starts_at__gt=now, event__starts_at__lte=now + HOUR))
    return f"reminders owed: {day} a day before, {hour} an hour before"


def _remind(point: str, before: timedelta, due: Q) -> int:
    reminded = f"{point}_reminder"
    again = Q(**{f"{reminded}__isnull": True}) | ~Q(**{reminded: F("event__starts_at")})
    found = Registration.objects.select_related("event").filter(
        due,
        again,
        state=Registration.State.REGISTERED,
        event__live=True,
        event__cancelled=False,
        registered_at__lte=F("event__starts_at") - before,
    )
    owed = 0
    for registration in found.order_by("event__starts_at", "place"):
        with transaction.atomic():
            owed += letters.owe_reminder(registration, registration.event, point)
            Registration.objects.filter(pk=registration.pk).update(**{reminded: registration.event.starts_at})
    return owed


ticks.register("events.reminders", 5, remind)
