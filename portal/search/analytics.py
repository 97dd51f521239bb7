"""What is searched for, how often nothing has it, and which hits are opened: never by whom.

A search is counted once the reader has the page, so that no search waits for a write, and none fails by it.
"""

import logging
import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.core.ratelimit import allowed
from portal.search.contract import SearchPage
from portal.search.models import AskedQuery, OpenedHit
from taxonomy.text import clean_line, normalise

log = logging.getLogger(__name__)

LONGEST = 120
# Robots ask for whatever comes to their mind: beyond this many, new words are not noted until old ones go.
MOST_KEPT = 20_000
LAST_POSITION = 200
# One reader opens no more than this many hits in so many seconds.
OPENED, WITHIN = 60, 60
# Mail addresses, and numbers of people, files and telephones, are nobody's business here.
PERSONAL = re.compile(r"@|\d[\d\s./-]{4,}\d")
ROBOTS = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor|curl/|wget/|python-|scrapy", re.IGNORECASE)


def is_first_ask(request: HttpRequest) -> bool:
    """Whether somebody asks something: no robot and no prefetch as far as they say so, and no change of a list."""
    headers = request.headers
    purpose = f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')} {headers.get('X-Moz', '')}"
    return (
        request.method == "GET"
        and request.GET.keys() == {"q"}
        and "prefetch" not in purpose
        and "X-In-Place" not in headers
        and not ROBOTS.search(headers.get("User-Agent", ""))
    )


class NotingResponse(HttpResponse):
    """A page of results that, once it is sent, counts its search; `found` None counts none."""

    def __init__(self, *args: Any, found: SearchPage | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.found = found

    def close(self) -> None:
        if self.found is not None:
            note(self.found)
        super().close()


def note(found: SearchPage) -> bool:
    """Count the words of a search. Whether they were: one write for words that were asked before, else three queries.

    What looks like somebody's address or number is not kept. A database that is locked or away costs the count only.
    """
    text = clean_line(found.query.text)
    words = normalise(text)
    if not words or max(len(words), len(text)) > LONGEST or PERSONAL.search(text):
        return False
    try:
        with transaction.atomic():
            return _count(words, text, missed=int(not found.total or found.relaxed), empty=int(not found.total))
    except DatabaseError as error:
        log.warning("A search could not be counted: %s", type(error).__name__)
        return False


def _count(words: str, text: str, *, missed: int, empty: int) -> bool:
    now = timezone.now()
    held = AskedQuery.objects.filter(normalised=words)
    more = {"times": F("times") + 1, "missed": F("missed") + missed, "empty": F("empty") + empty}
    if held.update(**more, last_asked=now, text=text):
        return True
    if AskedQuery.objects.count() >= MOST_KEPT:
        return False
    AskedQuery.objects.get_or_create(normalised=words, defaults={"text": text, "missed": missed, "empty": empty})
    return True


@csrf_exempt
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """Count that the hit at `position` of the search for `q` was opened: 204.

    Pages tell it in passing, without a form token: stored nowhere, it could not be in a page that visitors share. So
    only our own pages are believed (403 for others), few at a time (429), and only of words that were asked before.
    """
    if not _is_own_page(request):
        return HttpResponse(status=403)
    if not allowed(request, "search-opened", OPENED, WITHIN):
        return HttpResponse(status=429)
    position = request.POST.get("position", "")
    if position.isascii() and position.isdecimal() and len(position) < 4 and 0 < int(position) <= LAST_POSITION:
        count_opened(request.POST.get("q", "")[: 2 * LONGEST], int(position))
    return HttpResponse(status=204)


def _is_own_page(request: HttpRequest) -> bool:
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or request.headers.get("Origin") == own


def count_opened(text: str, position: int) -> bool:
    """Count an opened hit of a search that was counted. Whether it was."""
    try:
        with transaction.atomic():
            query = AskedQuery.objects.filter(normalised=normalise(clean_line(text))).first()
            if query is None:
                return False
            if not OpenedHit.objects.filter(query=query, position=position).update(times=F("times") + 1):
                OpenedHit.objects.create(query=query, position=position)
            return True
    except DatabaseError as error:
        log.warning("An opened hit could not be counted: %s", type(error).__name__)
        return False


def prune() -> str:
    """Delete what was not asked for `SEARCH_ANALYTICS_DAYS`."""
    before = timezone.now() - timedelta(days=settings.SEARCH_ANALYTICS_DAYS)
    gone, by_model = AskedQuery.objects.filter(last_asked__lt=before).delete()
    number = by_model.get(AskedQuery._meta.label, 0)
    return f"{number} searches forgotten" if gone else ""
