"""The query string is the whole state of a search: read with tolerance, and written into every link in one order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.search.contract import SORTS, Facet, FacetValue, SearchQuery
from portal.search.words import MOST_CHARACTERS, clean

# The facets that the portal has from the start. A scheme added later works as well, and its pages pass the cache by.
FACET_KEYS = (
    "kind", "service-line", "level", "place", "delivery-model", "funding-model", "kit-stage", "maturity-level", "value",
    "topic", "evidence", "answered",
)  # fmt: skip
DATES = ("since", "until")
# Servers take addresses of about 4,000 characters, in which there is no room for more.
MOST_VALUES = 100
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a search stands: what its links are made of. Every address is on page one and in one order of keys.

    `sort` is the order where none is asked for, which stays unsaid. `anchor` is the part of the page to go to.
    """

    query: SearchQuery
    path: str
    sort: str = "relevance"
    anchor: str = ""

    @property
    def pairs(self) -> Pairs:
        """What the query string says, sorted: words, facets in their order, days, order, the rest."""
        query = self.query
        pairs: Pairs = [("q", query.text)] if query.text else []
        pairs += [(name, value) for name in query.facets for value in sorted(query.filters.get(name, ()))]
        pairs += [(name, day.isoformat()) for name, day in zip(DATES, (query.since, query.until), strict=True) if day]
        if query.sort != self.sort:
            pairs.append(("sort", query.sort))
        if query.exact:
            pairs.append(("exact", "1"))
        if query.more:
            pairs.append(("more", query.more))
        return pairs

    @property
    def address(self) -> str:
        """The address of this search."""
        return self._written(self.pairs)

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows it besides the words."""
        return bool(self.query.filters) or self.query.has_days

    def url(self, *, anchor: str = "", **changes: str) -> str:
        """The address with `changes` of single keys; "" takes a key away."""
        kept = [pair for pair in self.pairs if pair[0] not in changes]
        order = ("q", *self.query.facets, *DATES, "sort", "exact", "more")
        added = [(name, value) for name, value in changes.items() if value]
        return self._written(sorted([*kept, *added], key=lambda pair: order.index(pair[0])), anchor)

    def cleared(self) -> str:
        """The address without any filter."""
        return self.url(**dict.fromkeys((*self.query.facets, *DATES), ""))

    def without(self, name: str) -> str:
        """The address without what is chosen in the facet `name`, or without the days for "since" or "until"."""
        return self.url(**dict.fromkeys(DATES if name in DATES else (name,), ""))

    def fields(self, *, leave_out: Iterable[str] = ()) -> Pairs:
        """What a form of some of the keys must carry along."""
        gone = set(leave_out)
        return [pair for pair in self.pairs if pair[0] not in gone]

    def linked(self, facet: Facet) -> Facet:
        """`facet` with the address of each value added or taken away, and of its whole list."""
        head, own, tail = self._around(facet.name)
        values = tuple(self._toggled(facet.name, value, head, own, tail) for value in facet.values)
        is_whole = self.query.more == facet.name
        anchor = f"facet-{facet.name}"
        return replace(
            facet,
            values=values,
            more_url=self.url(anchor=anchor, more=facet.name) if facet.truncated and not is_whole else "",
            fewer_url=self.url(anchor=anchor, more="") if is_whole else "",
        )

    def _around(self, name: str) -> tuple[Pairs, list[str], Pairs]:
        """What stands before the facet's values in the query string, the chosen values, and what stands after them."""
        place = self.query.facets.index(name)
        before = {"q", *self.query.facets[:place]}
        head = [pair for pair in self.pairs if pair[0] in before]
        own = [value for key, value in self.pairs if key == name]
        return head, own, self.pairs[len(head) + len(own) :]

    def _toggled(self, name: str, value: FacetValue, head: Pairs, own: list[str], tail: Pairs) -> FacetValue:
        chosen = [one for one in own if one != value.value] if value.selected else sorted([*own, value.value])
        return replace(value, toggle_url=self._written([*head, *((name, one) for one in chosen), *tail]))

    def _written(self, pairs: Pairs, anchor: str = "") -> str:
        query = f"?{urlencode(pairs)}" if pairs else ""
        fragment = anchor or self.anchor
        return f"{self.path}{query}{f'#{fragment}' if fragment else ''}"

    def sort_links(self) -> list[SortLink]:
        """The orders to choose from; relevance only where there are words to be relevant to."""
        labels = {"relevance": _("relevance"), "newest": _("newest"), "useful": _("most useful"), "title": _("title")}
        if not self.query.text:
            del labels["relevance"]
        current = self.query.sort if self.query.sort in labels else "newest"
        default = self.sort if self.sort in labels else "newest"
        return [
            SortLink(label, self.url(sort="" if name == default else name), name == current)
            for name, label in labels.items()
        ]
