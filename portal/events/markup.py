"""What calendars repeat for each event and each choice: written here, because templates do it many times slower."""

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.events.listings import EventRow
from portal.events.presenting import event_time


def event_rows(rows: Iterable[EventRow], level: int) -> SafeString:
    """The items of a list of events, whose titles are headings of `level`."""
    return mark_safe("".join(_event_row(row, level) for row in rows))


def _event_row(row: EventRow, level: int) -> str:
    state = f'<p><span class="label solid">{escape(_state(row))}</span></p>' if row.state else ""
    summary = f"<p>{escape(row.summary)}</p>" if row.summary else ""
    return (
        f'<li class="event-row{" off" if row.cancelled else ""}">'
        f'<p class="event-when">{event_time(row.starts_at, row.ends_at, row.zone)}</p><div>'
        f'<h{level}><a href="{escape(row.url)}">{escape(row.title)}</a></h{level}>'
        f'<p class="meta">{" · ".join(_facts(row))}</p>{state}{summary}</div></li>'
    )


def _facts(row: EventRow) -> Iterable[str]:
    off = f'<span class="label">{escape(_("Cancelled"))}</span> ' if row.cancelled else ""
    yield f"{off}{escape(row.kind)}"
    yield escape(row.place or _("online"))
    if row.section:
        yield f'<a href="{escape(row.section_url)}">{escape(row.section)}</a>'
    if row.has_recording:
        yield escape(_("with recording"))


def _state(row: EventRow) -> str:
    return _("You are registered") if row.state == "registered" else _("You are on the waiting list")


def options(choices: Iterable[tuple[object, object]], chosen: object) -> SafeString:
    """The options of a select box from (value, name): nothing first, and `chosen` selected."""
    selected = str(chosen)
    items = "".join(
        f'<option value="{escape(value)}"{" selected" if str(value) == selected else ""}>{escape(name)}</option>'
        for value, name in choices
    )
    return mark_safe(f'<option value="">{escape(_("Any"))}</option>{items}')
