"""The mails about events. What a mail says is read when it is sent: who may not see the event any more gets none."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import letters
from portal.core.models import Letter
from portal.core.urlpaths import page_url
from portal.core.viewer import viewer_for
from portal.events import ics, listings
from portal.events.models import Announcement, EventPage, Registration
from portal.events.presenting import span_words

STATE, PROMOTED, CHANGED, REMINDER = "event-state", "event-promoted", "event-changed", "event-reminder"
State = Registration.State


def owe_state(registration: Registration) -> bool:
    """Tell the member that he or she is registered, waits, or was taken off the list."""
    return _owe(STATE, registration, str(registration.version))


def owe_promoted(registration: Registration) -> bool:
    """Tell the member that a place has become free."""
    return _owe(PROMOTED, registration, str(registration.version))


def owe_changed(registration: Registration, sequence: int) -> bool:
    """Tell the member of another time or place, or that the event is cancelled. `sequence` numbers the change."""
    return _owe(CHANGED, registration, str(sequence))


def owe_reminder(registration: Registration, event: EventPage, point: str) -> bool:
    """Remind the member of `event`; `point` is "day" or "hour". Each beginning is reminded of once at each point."""
    return _owe(REMINDER, registration, f"{point}.{int(event.starts_at.timestamp())}")


def _owe(kind: str, registration: Registration, note: str) -> bool:
    key = f"{registration.pk}.{note}"
    return letters.owe(kind, key, recipient=registration.user_id, about=registration.pk, note=note)


def compose_state(letter: Letter) -> EmailMultiAlternatives | None:
    """How it stands, unless it stands otherwise by now."""
    found = _registration(letter)
    if found is None or str(found.version) != letter.note:
        return None
    subjects = {
        State.REGISTERED: _("You are registered: %(title)s"),
        State.WAITING: _("You are on the waiting list: %(title)s"),
        State.CANCELLED: _("You are no longer registered: %(title)s"),
    }
    return _mail(letter, found, subjects[State(found.state)], "state")


def compose_promoted(letter: Letter) -> EmailMultiAlternatives | None:
    """A place became free, unless it was given back by now."""
    found = _registration(letter)
    if found is None or str(found.version) != letter.note:
        return None
    return _mail(letter, found, _("A place for you: %(title)s"), "promoted")


def compose_changed(letter: Letter) -> EmailMultiAlternatives | None:
    """The latest change; an earlier one that was not sent is out of date."""
    found = _registration(letter)
    current = found and Announcement.objects.filter(event=found.event_id).values_list("sequence", flat=True).first()
    if found is None or found.state == State.CANCELLED or str(current) != letter.note:
        return None
    subject = _("Cancelled: %(title)s") if found.event.cancelled else _("Changed: %(title)s")
    return _mail(letter, found, subject, "changed")


def compose_reminder(letter: Letter) -> EmailMultiAlternatives | None:
    """Only while it is still to come, at the time of which it was to remind."""
    found = _registration(letter)
    if found is None or not found.is_registered or found.event.cancelled or found.event.has_begun():
        return None
    point, _dot, beginning = letter.note.partition(".")
    if beginning != str(int(found.event.starts_at.timestamp())):
        return None
    subject = _("In an hour: %(title)s") if point == "hour" else _("Reminder: %(title)s")
    return _mail(letter, found, subject, "reminder")


def _registration(letter: Letter) -> Registration | None:
    """What the letter is about, if the reader still sees the event."""
    found = Registration.objects.select_related("event").filter(pk=letter.about or 0, user=letter.recipient_id).first()
    if found is None or letter.recipient is None:
        return None
    seen = EventPage.objects.visible(viewer_for(letter.recipient)).filter(pk=found.event_id)
    return found if seen.exists() else None


def _mail(letter: Letter, registration: Registration, subject: str, template: str) -> EmailMultiAlternatives:
    event = registration.event
    may_join = registration.is_registered and not event.cancelled
    context: dict[str, Any] = {
        "name": letter.recipient.get_short_name() if letter.recipient else "",
        "event": event,
        "registration": registration,
        "when": span_words(event.starts_at, event.ends_at, event.zone),
        "when_universal": span_words(event.starts_at, event.ends_at, "UTC"),
        "join_link": event.join_link if may_join else "",
        "path": page_url(event),
        "is_over": event.is_over(timezone.now()),
    }
    message = letters.compose(
        letter, subject=subject % {"title": event.title}, template=f"events/email/{template}", context=context
    )
    # Who only waits has nothing to put into a calendar; who put it there learns that it is off.
    if registration.is_registered or template == "changed":
        message.attach("event.ics", file_of(event, registration), "text/calendar")
    return message


def file_of(event: EventPage, registration: Registration | None) -> str:
    """The calendar file of `event`, with the join link for who is registered."""
    taken = {event.pk: event.join_link} if registration is not None and registration.is_registered else {}
    values = listings.entry_values(EventPage.objects.filter(pk=event.pk))
    return ics.calendar(listings.entry_of(found, taken) for found in values).decode()


letters.register(STATE, compose_state)
letters.register(PROMOTED, compose_promoted)
letters.register(CHANGED, compose_changed)
letters.register(REMINDER, compose_reminder)
