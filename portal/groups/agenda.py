"""The first-year agenda: which of its dates are done, and which month is now."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import pagecache
from portal.groups.blocks import KINDS
from portal.groups.models import GroupPage

# "Month 3"; an agenda of more than five years is none of the first.
NUMBERED = re.compile(r"(?<!\w)(\d{1,2})(?!\w)")
MOST_MONTHS = 60


class Entry(NamedTuple):
    """One date of the agenda: `about` says when and what kind of date, `state` is "done", "here" (this month) or ""."""

    about: str
    item: str
    state: str


def entries(page: GroupPage, today: date | None = None) -> list[Entry]:
    """The agenda, in order. The stream's own blocks would cost more than all that is shown of them."""
    today = today or timezone.localdate()
    values = [item["value"] for item in page.agenda.raw_data]
    return [
        _entry(
            value.get("when") or "",
            value.get("kind") or "",
            value.get("item") or "",
            bool(value.get("done")),
            month_of(value.get("when") or "", page.agenda_begins),
            today.replace(day=1),
            get_language(),
        )
        for value in values
    ]


@lru_cache(maxsize=1000)
def _entry(
    when: str, kind: str, item: str, done: bool, month: date | None, this_month: date, language: str | None
) -> Entry:
    """What the page says of a date in `language`, which is the active one."""
    is_now = month == this_month
    words = [
        when,
        date_format(month, "F Y") if month is not None else "",
        str(KINDS.get(kind, "")),
        _("this month") if is_now else "",
        _("done") if done else "",
    ]
    return Entry(" · ".join(word for word in words if word), item, "done" if done else "here" if is_now else "")


def month_of(when: str, begins: date | None) -> date | None:
    """The first day of the month that `when` names by its number, if the agenda's first month is known."""
    found = NUMBERED.search(when)
    number = int(found[1]) if found else 0
    if begins is None or not 1 <= number <= MOST_MONTHS:
        return None
    years, month = divmod(begins.month - 1 + number - 1, 12)
    year = begins.year + years
    return date(year, month + 1, 1) if year <= date.max.year else None


def next_moments(now: datetime) -> Iterable[datetime | None]:
    """When "this month" is another one."""
    first_of_next = (timezone.localdate(now).replace(day=1) + timedelta(days=32)).replace(day=1)
    yield timezone.make_aware(datetime.combine(first_of_next, time.min))


pagecache.register_moments("groups", next_moments)
