"""A search can be kept: what is new in it stands in the digest, as far as the reader may see it by then.

Its key is the query string of the search page in its one order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core.references import Link
from portal.core.viewer import Viewer
from portal.notifications import digests, querysets, watching
from portal.notifications.digests import MOST_LINKS, Period
from portal.notifications.models import KEY_LENGTH
from portal.search import services, state
from portal.search.contract import SearchQuery
from portal.search.panels import all_facets
from portal.search.state import Place

# More kept searches than this are not run for a digest.
MOST_SEARCHES = 20
# The order and the size of a list are not what is followed.
LEFT_OUT = frozenset({"sort", "more"})


def key_of(query: SearchQuery) -> str:
    """The key under which `query` is kept; "" for one that asks for nothing, or for too much to be kept."""
    place = Place(query, "")
    if not (query.text or place.is_filtered):
        return ""
    pairs = place.pairs
    key = urlencode([(name, value) for name, value in pairs if name not in LEFT_OUT])
    return key if len(key) <= KEY_LENGTH else ""


def searches(keys: Iterable[str], viewer: Viewer) -> Mapping[str, Link]:
    """The searches that `keys` are; anybody may keep any."""
    facets = all_facets()
    found = {}
    for key in keys:
        query = _query(key, facets)
        if key and key_of(query) == key:
            found[key] = Link(_title(query), f"{reverse('search')}?{key}")
    return found


def _query(key: str, facets: tuple[str, ...]) -> SearchQuery:
    return state.query_from(QueryDict(key), facets=facets)


def _title(query: SearchQuery) -> str:
    narrowing = sum(len(values) for values in query.filters.values()) + bool(query.since) + bool(query.until)
    filters = ngettext("%(number)s filter", "%(number)s filters", narrowing) % {"number": narrowing}
    words = _("“%(words)s”") % {"words": query.to_quote} if query.text else ""
    return ", ".join(part for part in (words, filters if narrowing else "") if part)


def new_results(viewer: Viewer, period: Period, concept_ids: list[int]) -> list[Link]:
    """What came in the period, of each of the reader's kept searches."""
    if viewer.user_id is None:
        return []
    facets = all_facets()
    found: dict[str, Link] = {}
    for key in querysets.keys_watched(viewer.user_id, "search")[:MOST_SEARCHES]:
        for link in _new_in(_query(key, facets), viewer, period):
            found.setdefault(link.url, link)
    return list(found.values())


def _new_in(query: SearchQuery, viewer: Viewer, period: Period) -> list[Link]:
    first = period.since.date()
    since = max(query.since, first) if query.since else first
    # What is dated in the future, as events are, would stand before all that is new.
    last = period.until.date()
    until = min(query.until, last) if query.until else last
    # Who keeps a search waits for what has all of its words: in the order of days any of them would be as good.
    strict = replace(query, all_words=True, without_spelling=True, facets=())
    asked = replace(strict, since=since, until=until, sort="newest", size=4 * MOST_LINKS)
    hits = services.search(asked, viewer).hits
    new = [hit for hit in hits if hit.published_at and period.since <= hit.published_at < period.until]
    return [Link(hit.title, hit.url, label=str(hit.kind_label)) for hit in new[:MOST_LINKS]]


watching.register("search", searches, gettext_lazy("Searches (in the digest)"), has_channel=False)
digests.register("searches", gettext_lazy("New in the searches that you keep"), new_results, order=70)
