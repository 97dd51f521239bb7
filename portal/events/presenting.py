"""Times of events in words: as clocks at the event show them, with the zone's name, for pages and mails."""

from datetime import UTC, datetime
from functools import lru_cache

from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.events import zones

FULL, CLOCK = "l j F Y, H:i", "H:i"


def span_words(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """ "Thursday 3 December 2026, 14:00–15:00, New York time (EST, UTC−5)"."""
    return f"{clock_words(starts_at, ends_at, zone)}, {zones.in_words(zone, starts_at)}"


def clock_words(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """ "Thursday 3 December 2026, 14:00–15:00", with the second day where there is one."""
    start, end = zones.local(starts_at, zone), zones.local(ends_at, zone)
    until = time_format(end.time(), CLOCK) if start.date() == end.date() else date_format(end, FULL)
    dash = "–" if start.date() == end.date() else " – "
    return f"{date_format(start, FULL)}{dash}{until}"


def event_time(starts_at: datetime, ends_at: datetime, zone: str) -> SafeString:
    """The event's time and zone, and below it the same in UTC, which a script turns into the reader's own
    time, or takes away where the reader's clock shows the same."""
    return _event_time(starts_at, ends_at, zone, get_language())


@lru_cache(maxsize=2000)
def _event_time(starts_at: datetime, ends_at: datetime, zone: str, language: str | None) -> SafeString:
    stamp = starts_at.astimezone(UTC)
    stamp_end = ends_at.astimezone(UTC)
    universal = "" if zone == zones.UNIVERSAL else f"{clock_words(starts_at, ends_at, zones.UNIVERSAL)} UTC"
    return format_html(
        '<time datetime="{}">{}</time><span class="zone">{}</span>'
        '<span class="meta" data-from="{}" data-until="{}" data-offset="{}" data-words="{}">{}</span>',
        stamp.isoformat(timespec="minutes"),
        clock_words(starts_at, ends_at, zone),
        zones.in_words(zone, starts_at),
        stamp.isoformat(timespec="minutes"),
        stamp_end.isoformat(timespec="minutes"),
        _minutes_ahead(starts_at, zone),
        _("Your time:"),
        universal,
    )


def _minutes_ahead(moment: datetime, zone: str) -> int:
    """How far the zone's clocks are ahead of UTC at `moment`, in minutes."""
    ahead = zones.local(moment, zone).utcoffset()
    return round(ahead.total_seconds() / 60) if ahead is not None else 0
