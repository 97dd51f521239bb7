"""The query string is the whole state of a search: read with tolerance, and written into every link."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.search.contract import SORTS, Facet, FacetValue, SearchPage, SearchQuery
from portal.search.words import MOST_CHARACTERS, clean

# The facets that the portal has from the start. A scheme added later works as well, and its pages pass the cache by.
FACET_KEYS = (
    "kind", "service-line", "level", "place", "delivery-model", "funding-model", "kit-stage", "maturity-level", "value",
    "topic", "evidence",
)  # fmt: skip
MOST_VALUES = 20
MOST_PAGES = 100_000

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SortLink:
    """One order to choose."""

    label: str
    url: str
    is_current: bool


def query_from(
    params: QueryDict,
    *,
    kinds: tuple[str, ...] = (),
    facets: tuple[str, ...] = (),
    size: int = 20,
    sort: str = "relevance",
) -> SearchQuery:
    """The query that `params` ask for. Whatever is not understood is left out; nothing raises.

    Only `facets` filter, and all of them are counted. `sort` is the order where none is asked for.
    """
    # One character more than is searched for, so that the reader is told.
    text = clean(params.get("q", ""))[: MOST_CHARACTERS + 1]
    asked = params.get("sort", "")
    return SearchQuery(
        text=text,
        kinds=kinds,
        filters={name: values for name in facets if (values := _values(params, name))},
        since=_day(params.get("since", "")),
        until=_day(params.get("until", "")),
        sort=asked if asked in SORTS else sort,
        page=_page(params.get("page", "")),
        size=size,
        facets=facets,
        exact=params.get("exact") == "1",
        more=more if (more := params.get("more", "")) in facets else "",
    )


def _values(params: QueryDict, name: str) -> frozenset[str]:
    cleaned = (clean(value)[:100] for value in params.getlist(name)[:MOST_VALUES])
    return frozenset(value for value in cleaned if value)


def _day(typed: str) -> date | None:
    """A day written as 2026-11-27; None for anything else."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _page(typed: str) -> int:
    try:
        return min(max(int(typed), 1), MOST_PAGES)
    except ValueError:
        return 1


def with_links(page: SearchPage, params: QueryDict, path: str) -> SearchPage:
    """`page` with the address of each facet value added or taken away, from page one."""
    state = _state(page.query, params)
    return replace(page, facets=tuple(_linked(facet, state, path) for facet in page.facets))


def _linked(facet: Facet, state: Pairs, path: str) -> Facet:
    stem = f"{address(path, state)}{'&' if state else '?'}{quote_plus(facet.name)}="
    return replace(facet, values=tuple(_with_toggle(facet.name, value, stem, state, path) for value in facet.values))


def _with_toggle(name: str, value: FacetValue, stem: str, state: Pairs, path: str) -> FacetValue:
    url = (
        address(path, [pair for pair in state if pair != (name, value.value)])
        if value.selected
        else stem + _quoted(value.value)
    )
    return replace(value, toggle_url=url)


@lru_cache(maxsize=2000)
def _quoted(value: str) -> str:
    return quote_plus(value)


def _state(query: SearchQuery, params: QueryDict) -> Pairs:
    """What `query` holds and `params` said, without the page. Orders that nobody asked for stay unsaid."""
    pairs: Pairs = [("q", query.text)] if query.text else []
    pairs += [(name, value) for name in query.facets for value in sorted(query.filters.get(name, ()))]
    pairs += [(name, day.isoformat()) for name, day in (("since", query.since), ("until", query.until)) if day]
    if params.get("sort") == query.sort:
        pairs.append(("sort", query.sort))
    if query.exact:
        pairs.append(("exact", "1"))
    if query.more:
        pairs.append(("more", query.more))
    return pairs


def address(path: str, pairs: Pairs) -> str:
    """`path` with `pairs` as its query string."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


def url_with(page: SearchPage, params: QueryDict, path: str, **changes: str) -> str:
    """The address of this search with `changes`, from page one; "" takes a key away."""
    state = [pair for pair in _state(page.query, params) if pair[0] not in changes]
    return address(path, [*state, *((name, value) for name, value in changes.items() if value)])


def clear_url(page: SearchPage, params: QueryDict, path: str) -> str:
    """The address of this search without any filter."""
    gone = {*page.query.facets, "since", "until"}
    return address(path, [pair for pair in _state(page.query, params) if pair[0] not in gone])


def sort_links(page: SearchPage, params: QueryDict, path: str) -> list[SortLink]:
    """The orders to choose from; relevance only where there are words to be relevant to."""
    labels = {"relevance": _("relevance"), "newest": _("newest"), "useful": _("most useful"), "title": _("title")}
    if not page.query.text:
        del labels["relevance"]
    current = page.query.sort if page.query.sort in labels else "newest"
    return [
        SortLink(label, url_with(page, params, path, sort="" if name == "relevance" else name), name == current)
        for name, label in labels.items()
    ]
