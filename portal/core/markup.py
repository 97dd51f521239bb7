"""The small drawings and words that stand everywhere: the evidence dial, before-and-after bars, icons, chips, moments.

Everything here returns safe HTML without a `style` attribute, because the content policy allows none.
"""

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext, ngettext, pgettext

from portal.core.evidence import Evidence

# How much of the dial each kind of evidence fills, in whole turns.
FILL = {Evidence.FORECAST: 0.0, Evidence.REPORTED: 0.25, Evidence.EVALUATED: 0.625, Evidence.AUDITED: 1.0}
AGO_LIMIT = timedelta(days=45)
DAY_MINUTES = 24 * 60
# Any moment will do, to say how long a part of a day is.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

ICONS = {
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.5 5.5"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "next": '<path d="M5 12h14m-6-6 6 6-6 6"/>',
    "previous": '<path d="M19 12H5m6-6-6 6 6 6"/>',
    "download": '<path d="M12 4v11m-5-5 5 5 5-5M5 20h14"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.4v.2"/>',
    "warning": '<path d="M12 4 2.8 20h18.4ZM12 10v4.5m0 2.5v.2"/>',
    "error": '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3ZM12 7.5v5.5m0 3v.2"/>',
    "lock": '<path d="M6 11h12v9H6Zm2.5 0V8a3.5 3.5 0 0 1 7 0v3"/>',
    "reply": '<path d="M10 6 4 12l6 6m-6-6h10a6 6 0 0 1 6 6"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "compare": '<path d="M4 20V10h5v10Zm11 0V4h5v16Z"/>',
    "calendar": '<path d="M4 6h16v14H4Zm0 5h16M8 3v5m8-5v5"/>',
}


def icon(name: str) -> SafeString:
    """A small line drawing, hidden from assistive technology because words always stand beside it.

    Raises KeyError for a name that is not drawn here.
    """
    return mark_safe(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{ICONS[name]}</svg>')


def _dial(fill: float) -> str:
    """The dial's inside: a ring (dashed when nothing is filled) and the filled share as a slice from the top."""
    if fill <= 0:
        return '<circle class="ring none" cx="8" cy="8" r="6.6"/>'
    if fill >= 1:
        return '<circle class="ring" cx="8" cy="8" r="6.6"/><circle class="slice" cx="8" cy="8" r="6.6"/>'
    angle = 2 * math.pi * fill
    x, y = 8 + 6.6 * math.sin(angle), 8 - 6.6 * math.cos(angle)
    slice_ = f"M8 8V1.4A6.6 6.6 0 {int(fill > 0.5)} 1 {x:.2f} {y:.2f}Z"
    return f'<circle class="ring" cx="8" cy="8" r="6.6"/><path class="slice" d="{slice_}"/>'


@cache
def _evidence(value: str, language: str | None) -> SafeString:
    kind = Evidence(value)
    return format_html(
        '<span class="evidence {}"><svg class="dial" viewBox="0 0 16 16" aria-hidden="true">{}</svg>{}</span>',
        kind.value,
        mark_safe(_dial(FILL[kind])),
        kind.label,
    )


def evidence(value: str | None) -> SafeString:
    """The evidence dial with its word; nothing for a value that is not on the scale."""
    if value not in Evidence.values:
        return SafeString("")
    return _evidence(str(value), get_language())


def _number(value: object) -> float | None:
    if value is None or value == "":
        return None
    try:
        number = float(Decimal(str(value)))
    except InvalidOperation:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def change_bars(before: object, after: object, label: str = "") -> SafeString:
    """Two bars on one scale, hollow before and solid after, with the words of `label` below them.

    Numbers are of the same unit. What is missing, negative or no number leaves only the words.
    """
    first, second = _number(before), _number(after)
    words = format_html('<span class="meta">{}</span>', label) if label else SafeString("")
    if first is None or second is None or max(first, second) == 0:
        return words
    scale = 98 / max(first, second)
    return format_html(
        '<span class="change"><svg viewBox="0 0 100 22" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="before" x="1" y="1.5" width="{}" height="8"/>'
        '<rect class="after" x="1" y="12.5" width="{}" height="8"/></svg>{}</span>',
        f"{max(first * scale, 0.5):.1f}",
        f"{max(second * scale, 0.5):.1f}",
        words,
    )


def chips(items: Iterable[tuple[Any, str]] | None, label: str = "") -> SafeString:
    """A list of concepts as (text, address); without an address a chip is only text."""
    parts = [
        f'<li><a class="chip" href="{conditional_escape(url)}">{conditional_escape(text)}</a></li>'
        if url
        else f'<li><span class="chip">{conditional_escape(text)}</span></li>'
        for text, url in items or ()
    ]
    if not parts:
        return SafeString("")
    name = format_html(' aria-label="{}"', label) if label else ""
    return mark_safe(f'<ul class="chips"{name}>{"".join(parts)}</ul>')


def _moment(value: date | datetime) -> datetime:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value if timezone.is_aware(value) else timezone.make_aware(value)


def when(value: date | datetime | None) -> SafeString:
    """A date, or a date and time that the browser turns into the reader's own zone; UTC without JavaScript."""
    if value is None:
        return SafeString("")
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "j F Y"))
    moment = _moment(value).astimezone(UTC)
    return format_html(
        '<time datetime="{}" data-local>{} UTC</time>',
        moment.isoformat(timespec="minutes"),
        date_format(moment, "j F Y, H:i"),
    )


def ago(value: date | datetime | None) -> SafeString:
    """How long ago (or how soon) in the largest unit, or the date once that says more. The full moment is its title."""
    if value is None:
        return SafeString("")
    moment = _moment(value)
    distance = timezone.now() - moment
    size = abs(distance)
    minutes = -1 if size > AGO_LIMIT else size.days * DAY_MINUTES + (0 if size.days else size.seconds // 60)
    return _ago(moment, minutes, distance < timedelta(0), get_language())


@lru_cache(maxsize=4000)
def _ago(moment: datetime, minutes: int, is_ahead: bool, language: str | None) -> SafeString:
    """`moment`, `minutes` away (-1 is too far to be said so), in `language`, which is the active one. A full topic asks
    for forty of them, most of which say the same for a day."""
    moment = moment.astimezone(UTC)
    stamp = moment.isoformat(timespec="seconds")
    full = conditional_escape(date_format(moment, "j F Y, H:i"))
    words = date_format(moment, "j F Y") if minutes < 0 else _distance(minutes, is_ahead)
    return mark_safe(f'<time datetime="{stamp}" title="{full} UTC">{conditional_escape(words)}</time>')


def _distance(minutes: int, is_ahead: bool) -> str:
    if not minutes:
        return gettext("just now")
    days = minutes // DAY_MINUTES
    away = timedelta(minutes=minutes)
    span = ngettext("%d day", "%d days", days) % days if days else timesince(BEGINNING, BEGINNING + away, depth=1)
    return pgettext("in 3 days", "in %s") % span if is_ahead else gettext("%s ago") % span
