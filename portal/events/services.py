"""What members and leads do with registrations. Every function is atomic, under the event's lock, and says what it did.

Fifty people may press the same button for the last place: the event's row is locked first (SQLite: the whole database,
because transactions begin IMMEDIATE), then places are counted.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.accounts.models import User
from portal.core.closing import is_closed
from portal.core.viewer import viewer_for
from portal.events import access, letters
from portal.events.eligibility import unwelcome
from portal.events.models import Announcement, EventPage, Registration

State = Registration.State


class RefusedError(Exception):
    """Nobody can register now. The message is a sentence for the reader."""


@transaction.atomic
def register(event: EventPage, user: User, *, at: datetime | None = None) -> tuple[Registration, bool]:
    """A place for `user`, or one in line, and True; or the one that was there, and False.

    Raises RefusedError with a sentence while registration is not open, EventPage.DoesNotExist for an event that `user`
    does not see any more.
    """
    locked = _locked(event.pk)
    now = at or timezone.now()
    if not EventPage.objects.visible(viewer_for(user)).filter(pk=event.pk).exists():
        raise EventPage.DoesNotExist
    found = Registration.objects.filter(event=locked, user=user).first()
    if found is not None and found.state != State.CANCELLED:
        return found, False
    if refusal := access.why_not(locked, now):
        raise RefusedError(refusal)
    registration = found or Registration(event=locked, user=user, version=0)
    last = Registration.objects.filter(event=locked).aggregate(last=Max("place"))["last"] or 0
    registration.place = last + 1
    version = registration.version + 1
    # Nobody overtakes those who wait.
    free = _free_places(locked)
    _put(registration, State.REGISTERED if free is None or free > _waiting(locked).count() else State.WAITING, now)
    # Of those in line some may be passed over, so that there is a place after all.
    if registration.is_waiting and fill(locked, now):
        registration.refresh_from_db()
    if registration.is_waiting or registration.version == version:
        letters.owe_state(registration)
    return registration, True


@transaction.atomic
def cancel(event: EventPage, user: User, *, at: datetime | None = None) -> bool:
    """Give back the place of `user`; the first in line gets it. False if there was none, or the event is over."""
    locked = _locked(event.pk)
    now = at or timezone.now()
    found = Registration.objects.active().filter(event=locked, user=user).first()
    if found is None or locked.is_over(now):
        return False
    _put(found, State.CANCELLED, now)
    fill(locked, now)
    return True


@transaction.atomic
def remove(registration: Registration, *, at: datetime | None = None) -> bool:
    """Take somebody's place back, on behalf of those who run the event. False if it was cancelled before."""
    locked = _locked(registration.event_id)
    now = at or timezone.now()
    found = Registration.objects.active().filter(pk=registration.pk).first()
    if found is None:
        return False
    _put(found, State.CANCELLED, now)
    letters.owe_state(found)
    fill(locked, now)
    return True


@transaction.atomic
def refill(event_id: int) -> int:
    """Give places that have become free by other means than `cancel` to those in line; how many."""
    locked = EventPage.objects.select_for_update(of=("self",)).filter(pk=event_id).first()
    return fill(locked, timezone.now()) if locked is not None else 0


def fill(locked: EventPage, now: datetime) -> int:
    """Give free places to those first in line; how many. The caller holds the event's lock.

    Nothing moves once the event has begun, is cancelled, or stands in a closed section; who may not see it any more, or
    has no active account, is passed over.
    """
    waiting = list(_waiting(locked).order_by("place"))
    if not waiting or locked.cancelled or not locked.live or locked.has_begun(now) or is_closed(locked):
        return 0
    passed_over = {registration.pk for registration in unwelcome([locked.pk]).get(locked.pk, [])}
    waiting = [registration for registration in waiting if registration.pk not in passed_over]
    free = _free_places(locked)
    promoted = waiting if free is None else waiting[: max(free, 0)]
    for registration in promoted:
        _put(registration, State.REGISTERED, now)
        letters.owe_promoted(registration)
    return len(promoted)


@transaction.atomic
def announce(event_id: int, *, at: datetime | None = None) -> bool:
    """After publishing: remember what readers are told now, tell those registered if it differs, fill new places.

    False if time, zone, place and cancellation are what they were.
    """
    locked = _locked(event_id)
    now = at or timezone.now()
    told = Announcement.objects.filter(event=locked).first()
    says = _says(locked)
    if told is None:
        Announcement.objects.create(event=locked, changed_at=now, **says)
    differs = told is not None and any(getattr(told, name) != value for name, value in says.items())
    if told is not None and differs:
        Announcement.objects.filter(event=locked).update(sequence=told.sequence + 1, changed_at=now, **says)
        if not locked.is_over(now):
            for registration in Registration.objects.active().filter(event=locked).order_by("place"):
                letters.owe_changed(registration, told.sequence + 1)
    fill(locked, now)
    return told is None or differs


@transaction.atomic
def end_unwelcome(events: Iterable[int], *, user_id: int | None = None, at: datetime | None = None) -> int:
    """End the registrations of those who may no longer see these events (of `user_id` only, if given); how many.

    Nobody is told: a letter would tell of what must not be seen. Their places go to the next in line.
    """
    now = at or timezone.now()
    ended = 0
    for event_id, registrations in sorted(unwelcome(events, user_id, settled=True).items()):
        locked = _locked(event_id)
        for registration in registrations:
            _put(registration, State.CANCELLED, now)
        ended += len(registrations)
        fill(locked, now)
    return ended


def _put(registration: Registration, state: str, now: datetime) -> None:
    registration.state = state
    registration.version += 1
    registration.registered_at = now if state == State.REGISTERED else None
    registration.save()


def _free_places(locked: EventPage) -> int | None:
    """How many places nobody has; None for as many as come. Below zero after the capacity was lowered."""
    if locked.capacity is None:
        return None
    return locked.capacity - Registration.objects.filter(event=locked, state=State.REGISTERED).count()


def _waiting(locked: EventPage) -> Any:
    return Registration.objects.filter(event=locked, state=State.WAITING)


def _locked(event_id: int) -> EventPage:
    return EventPage.objects.select_for_update(of=("self",)).get(pk=event_id)


def _says(event: EventPage) -> dict[str, Any]:
    return {
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "zone": event.zone,
        "place": event.place,
        "cancelled": event.cancelled,
    }
