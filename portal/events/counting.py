"""How many events a list has, remembered for as long as that is true.

To count five thousand events through their gates costs as much as the rest of the calendar. The number changes with
what is published, which raises the page cache's generation, and with the clock, when an event ends.
"""

import hashlib
from collections.abc import Hashable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import QuerySet

from portal.core import pagecache
from portal.core.prepared import prepared
from portal.core.viewer import Viewer
from portal.events.models import EventPage
from portal.events.querysets import EventQuerySet

KEPT = timedelta(hours=1)


def number_of(events: EventQuerySet, asked: Hashable, viewer: Viewer, now: datetime) -> int:
    """The length of `events`, which are what `asked` and the viewer's audiences say of `now`.

    One query and a look into the cache where it is known, three where it is not.
    """
    key = _key(asked, viewer)
    try:
        kept = cache.get(key)
    except pagecache.CACHE_ERRORS:
        return events.count()
    if isinstance(kept, tuple) and now < kept[1]:
        return int(kept[0])
    number = events.count()
    until = min([now + KEPT, *_next_end(now)])
    try:
        cache.set(key, (number, until), max(1, int((until - now).total_seconds())))
    except pagecache.CACHE_ERRORS:
        return number
    return number


@prepared
def _next_end(now: datetime) -> "QuerySet[EventPage, datetime]":
    """When the next event ends, whoever sees it: it leaves those that come, and joins those that are over."""
    return EventPage.objects.filter(ends_at__gt=now).order_by("ends_at").values_list("ends_at", flat=True)[:1]


def _key(asked: Hashable, viewer: Viewer) -> str:
    whole = repr((asked, sorted(viewer.audiences), pagecache.generation()))
    return f"events:{hashlib.blake2b(whole.encode(errors='surrogatepass'), digest_size=20).hexdigest()}"
