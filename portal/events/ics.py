"""Events as iCalendar (RFC 5545): the file of one, and feeds of many.

No attendees stand in it, only the portal as organiser. A moment is written as clocks in the event's zone show it, with
a VTIMEZONE that says what they show; where the clocks show it twice and the second is meant, it is written in UTC,
because the format knows the first only.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from portal.events import zones
from portal.events.vtimezone import vtimezone

CONTENT_TYPE = "text/calendar; charset=utf-8"
# How often calendar programs should look.
REFRESH = timedelta(hours=1)
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a calendar has it. `join_link` is "" for whoever is not registered; `taken` says who is."""

    key: str
    title: str
    path: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    changed_at: datetime
    sequence: int = 0
    summary: str = ""
    place: str = ""
    kind: str = ""
    cancelled: bool = False
    public: bool = True
    join_link: str = ""
    taken: bool = False


def calendar(entries: Iterable[Entry], name: str = "") -> bytes:
    """A calendar of `entries`; `name` is shown by programs that subscribe to it."""
    made = Calendar()
    made.add("prodid", f"-//{_plain(settings.PORTAL_NAME)}//Events//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    if name:
        made.add("name", _plain(name))
        made.add("x-wr-calname", _plain(name))
        made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", "PT1H")
    events = [_event(entry) for entry in entries]
    for zone, years in sorted(_zones(events).items()):
        made.add_component(vtimezone(zone, min(years), max(years)))
    for event in events:
        made.add_component(event)
    return bytes(made.to_ical())


def _zones(events: list[Event]) -> dict[str, set[int]]:
    """zone → the years in which events name it. The library writes zones that are always at UTC as UTC."""
    found: dict[str, set[int]] = {}
    for event in events:
        moments: tuple[Any, Any] = (event["dtstart"], event["dtend"])
        for moment in moments:
            if "TZID" in moment.params:
                found.setdefault(str(moment.params["TZID"]), set()).add(moment.dt.year)
    return found


def _span(entry: Entry) -> tuple[datetime, datetime]:
    start, end = zones.local(entry.starts_at, entry.zone), zones.local(entry.ends_at, entry.zone)
    if entry.zone == zones.UNIVERSAL or start.fold or end.fold:
        return entry.starts_at.astimezone(UTC), entry.ends_at.astimezone(UTC)
    return start, end


def _event(entry: Entry) -> Event:
    start, end = _span(entry)
    made = Event()
    made.add("uid", f"{entry.key}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}")
    made.add("dtstamp", entry.changed_at.astimezone(UTC))
    made.add("last-modified", entry.changed_at.astimezone(UTC))
    made.add("sequence", entry.sequence)
    made.add("dtstart", start)
    made.add("dtend", end)
    title = _("Cancelled: %(title)s") % {"title": entry.title} if entry.cancelled else entry.title
    made.add("summary", _plain(title))
    address = settings.BASE_URL.rstrip("/") + entry.path
    lines = [entry.summary, f"{_('Join:')} {entry.join_link}" if entry.join_link else "", address]
    made.add("description", "\n\n".join(_plain(line, lines=True) for line in lines if line))
    made.add("url", address)
    made.add("location", _plain(entry.place or entry.join_link or _("Online")))
    if entry.kind:
        made.add("categories", [_plain(entry.kind)])
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("class", "PUBLIC" if entry.public else "PRIVATE")
    # Only what one takes part in makes one busy.
    made.add("transp", "OPAQUE" if entry.taken and not entry.cancelled else "TRANSPARENT")
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["cn"] = vText(_plain(settings.PORTAL_NAME))
    made.add("organizer", organiser, encode=False)
    return made


def _plain(text: str, *, lines: bool = False) -> str:
    """`text` without what no calendar can hold: control characters and halves of characters."""
    clean = _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean.strip() if lines else " ".join(clean.split())
