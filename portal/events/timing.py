"""What an event page says of its time, as moments, and what does not fit, in sentences at its fields."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.events import zones

if TYPE_CHECKING:
    from portal.events.models import EventPage

Problems = dict[str, Any]
CAPTIONS = "vtt"
SHORTEST, LONGEST = 5, 7 * 24 * 60
HOW_LONG = gettext_lazy("An event takes between five minutes and a week (10,080 minutes).")


def span(event: "EventPage") -> tuple[datetime, datetime]:
    """When it begins and ends, in UTC. Raises ValueError where `problems` has something to say."""
    second = event.occurrence == event.Occurrence.SECOND
    starts_at = zones.moment(event.date, event.start_time, event.zone, second=second)
    return starts_at, starts_at + timedelta(minutes=event.minutes)


def problems(event: "EventPage") -> Problems:
    """field → sentence for what makes the time no time; a field still empty is its own form's business."""
    if event.zone not in zones.names():
        sentence = _("“%(zone)s” is no time zone that we know. Choose one from the list, such as America/New_York.")
        return {"zone": sentence % {"zone": event.zone}}
    if event.date is None:
        return {"date": _("Give the day.")}
    if event.start_time is None:
        return {"start_time": _("Give the time at which it begins.")}
    if event.minutes is None or not SHORTEST <= event.minutes <= LONGEST:
        return {"minutes": HOW_LONG}
    if not zones.FIRST_YEAR <= event.date.year <= zones.LAST_YEAR:
        years = {"first": zones.FIRST_YEAR, "last": zones.LAST_YEAR}
        return {"date": _("Give a year between %(first)s and %(last)s.") % years}
    try:
        span(event)
    except zones.NonexistentTimeError as gap:
        return {"start_time": _skipped(event, gap.next_valid)}
    return {}


def _skipped(event: "EventPage", next_valid: datetime) -> str:
    sentence = _(
        "Clocks in this time zone are put forward and never show %(time)s on %(date)s. The next time that they show is"
        " %(next)s."
    )
    same_day = next_valid.date() == event.date
    words = time_format(next_valid, "H:i") if same_day else date_format(next_valid, "j F Y, H:i")
    named = {"time": time_format(event.start_time, "H:i"), "date": date_format(event.date, "j F Y"), "next": words}
    return sentence % named


def occurs_twice(event: "EventPage") -> str:
    """A sentence for a time that the clocks show twice; "" for all others."""
    if not zones.is_twice(event.date, event.start_time, event.zone):
        return ""
    if event.occurrence == event.Occurrence.SECOND:
        return _("The clocks are put back and show this time twice: this is the second, after they went back.")
    return _("The clocks are put back and show this time twice: this is the first, before they go back.")


def contradictions(event: "EventPage") -> Problems:
    """field → sentence for what cannot be true of one event."""
    found: Problems = {}
    opens, closes = event.registration_opens, event.registration_closes
    if opens and closes and closes <= opens:
        found["registration_closes"] = _("Registration must close after it opens.")
    elif opens and opens >= event.starts_at:
        found["registration_opens"] = _("Registration must open before the event begins.")
    elif closes and closes > event.starts_at:
        found["registration_closes"] = _("Registration closes when the event begins at the latest.")
    if event.join_link and not event.takes_registrations:
        found["join_link"] = _("Only those registered see the link: let members register, or take it away.")
    if event.capacity is not None and not event.takes_registrations:
        found["capacity"] = _("Places are counted only where members register.")
    return found | _of_recording(event)


def _of_recording(event: "EventPage") -> Problems:
    captions = event.captions
    if captions is not None and captions.file_extension.lower() != CAPTIONS:
        return {"captions": _("Captions are a WebVTT file, whose name ends with .vtt.")}
    has_recording = bool(event.recording_url) or event.recording_id is not None
    if has_recording and captions is None and not event.is_being_drafted:
        return {"captions": _("A recording needs captions before it is published: choose the file with what is said.")}
    return {}
