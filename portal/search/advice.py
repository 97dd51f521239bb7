"""What may help where nothing was found: which filter stands in the way, and which terms come near."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from portal.core.viewer import Viewer
from portal.search import results, unanswered
from portal.search.contract import Facet, SearchQuery
from portal.search.state import DATES, Place
from taxonomy.access import is_withheld_from

# Each costs a search of its own.
MOST_WAYS = 4


@dataclass(frozen=True, slots=True)
class Way:
    """A way out: what to take away, what is found then, and where."""

    label: str
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Ways out, the one that finds most first; how much is found `bare` of all filters, where that is another way than
    these; and searches for the terms that come near as (text, address)."""

    ways: tuple[Way, ...] = ()
    bare: int = 0
    near: tuple[tuple[str, str], ...] = ()


def of(place: Place, facets: Sequence[Facet], viewer: Viewer) -> Advice:
    """What may help a search that found nothing. A search for each filter, one more, and two queries for terms at most.

    Nothing is a way that leads to nothing.
    """
    query = replace(place.query, facets=(), page=1)
    wider = list(_wider(query, facets))
    bare = [replace(query.on_any_day, filters={})] if len(wider) > 1 else []
    wider = wider[:MOST_WAYS]
    totals = results.totals([*(query for _label, _name, query in wider), *bare], viewer)
    ways = [
        Way(label, total, place.without(name))
        for (label, name, _query), total in zip(wider, totals[: len(wider)], strict=True)
        if total
    ]
    ways.sort(key=lambda way: -way.total)
    return Advice(tuple(ways), totals[-1] if bare else 0, tuple(_near(place, viewer)))


def _wider(query: SearchQuery, facets: Sequence[Facet]) -> Iterable[tuple[str, str, SearchQuery]]:
    """(what is taken away, its key, the query without it) for all that narrows `query`."""
    for facet in facets:
        chosen = [f"“{value.label}”" for value in facet.values if value.selected]
        if chosen:
            others = {name: values for name, values in query.filters.items() if name != facet.name}
            yield get_text_list(chosen, _("or")), facet.name, replace(query, filters=others)
    if query.has_days:
        yield _("the dates"), DATES[0], query.on_any_day


def _near(place: Place, viewer: Viewer) -> list[tuple[str, str]]:
    """Terms whose labels begin like the words, but for those that are just these words; for who sees the glossary."""
    text = place.query.text
    if not text or place.query.kinds:
        return []
    bare = Place(SearchQuery(), place.path)
    near = unanswered.near([text])[text]
    if near and is_withheld_from(viewer):
        return []
    return [(term.title, bare.url(q=term.title)) for term in near if term.title.casefold() != text.casefold()]
