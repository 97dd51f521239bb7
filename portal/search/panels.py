"""A list of results with its search box, facet panel, chips and orders: the same for the search page and every room."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.core.viewer import Viewer, viewer_of
from portal.search import advice, services, state
from portal.search.advice import Advice
from portal.search.contract import Facet, FacetValue, SearchPage, SearchQuery
from portal.search.facets import EVIDENCE, KIND, is_named
from portal.search.state import DATES, Pairs, Place, SortLink
from portal.search.vocabulary import facet_schemes

ANSWERED = "answered"
# The engine answers more of a facet than is shown at first: what stands below a value is folded, and not in its way.
FACET_LIMIT = 40
SHOWN_AT_FIRST = 8

Ask = Callable[[SearchQuery, Viewer], SearchPage]


@dataclass(frozen=True, slots=True)
class Panel:
    """What a template needs to show a list that can be searched and narrowed.

    `facets` have their addresses. `chips` are (text, address without it) of all that narrows the list. `fields` are
    what the form of facets carries along, `kept` what the search box does. `dates` are the two days as in the address,
    None where a list is not narrowed by them. `advice` is there where nothing was found.
    """

    found: SearchPage
    place: Place
    facets: tuple[Facet, ...] = ()
    chips: tuple[tuple[str, str], ...] = ()
    sorts: tuple[SortLink, ...] = ()
    fields: Pairs = field(default_factory=list)
    kept: Pairs = field(default_factory=list)
    dates: tuple[str, str] | None = None
    advice: Advice | None = None

    @property
    def address(self) -> str:
        """The address of the first page of this list, by which pages, links and readers call it."""
        return self.place.address

    @property
    def form_address(self) -> str:
        """Where the forms of this list lead; they bring the query string themselves."""
        anchor = self.place.anchor
        return f"{self.place.path}{f'#{anchor}' if anchor else ''}"

    @property
    def clear_url(self) -> str:
        return self.place.cleared()

    @property
    def is_filtered(self) -> bool:
        return self.place.is_filtered

    @property
    def is_asked(self) -> bool:
        """Whether there are words or filters at all."""
        return self.is_filtered or bool(self.found.query.text)

    @property
    def has_panel(self) -> bool:
        """Where nothing is found and nothing is chosen, the panel would be an empty column."""
        return bool(self.found.total) or self.is_filtered

    @property
    def synonyms(self) -> tuple[str, ...]:
        return self.found.expanded

    @property
    def exact_url(self) -> str:
        return self.place.url(exact="1")

    @property
    def wide_url(self) -> str:
        return self.place.url(exact="")

    @property
    def suggestion_url(self) -> str:
        return self.place.url(q=self.found.suggestion)


def panel(
    request: HttpRequest,
    *,
    facets: tuple[str, ...],
    kinds: tuple[str, ...] = (),
    size: int = 20,
    sort: str = "relevance",
    anchor: str = "",
    dated: bool = True,
    ask: Ask = services.search,
    viewer: Viewer | None = None,
) -> Panel:
    """The list that the query string of `request` asks for, among `kinds`, as `viewer` (who asks, if None) sees it.

    `sort` is the order of who asks for none and has no words. `ask` answers the query.
    """
    params = request.GET
    default = "relevance" if params.get("q", "").strip() else sort
    query = state.query_from(params, kinds=kinds, facets=_known(facets), size=size, sort=default)
    query = replace(query, facet_limit=FACET_LIMIT)
    if not dated:
        query = query.on_any_day
    viewer = viewer or viewer_of(request)
    found = ask(query, viewer)
    place = Place(found.query, request.path, default, anchor)
    linked = tuple(place.linked(_shortened(facet, is_whole=query.more == facet.name)) for facet in found.facets)
    return Panel(
        found=found,
        place=place,
        facets=linked,
        chips=tuple(chain(_chosen(linked), _days(place))),
        sorts=tuple(place.sort_links()) if found.total > 1 else (),
        fields=place.fields(leave_out=(*query.facets, *DATES) if dated else query.facets),
        kept=place.fields(leave_out=("q", "exact")),
        dates=(_written(query.since), _written(query.until)) if dated else None,
        advice=None if found.total else advice.of(place, found.facets, viewer),
    )


def all_facets() -> tuple[str, ...]:
    """Every facet that readers may narrow everything by, in the order of the panel: one query at most."""
    names = (KIND, *(scheme.slug for scheme in facet_schemes()), EVIDENCE, ANSWERED)
    return tuple(dict.fromkeys(names))


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    """Without "answered" where no room has named its values."""
    return tuple(name for name in names if name != ANSWERED or is_named(name))


def _shortened(facet: Facet, *, is_whole: bool) -> Facet:
    """The first values of the top with all that is below them, and every chosen one. One more is no reason to cut."""
    groups: list[list[FacetValue]] = []
    for value in facet.values:
        if value.depth and groups:
            groups[-1].append(value)
        else:
            groups.append([value])
    if is_whole or len(groups) <= SHOWN_AT_FIRST + 1:
        return facet
    shown = [
        group for place, group in enumerate(groups) if place < SHOWN_AT_FIRST or any(value.selected for value in group)
    ]
    return replace(facet, values=tuple(chain.from_iterable(shown)), truncated=facet.truncated or shown != groups)


def _chosen(facets: tuple[Facet, ...]) -> list[tuple[str, str]]:
    return [(value.label, value.toggle_url) for facet in facets for value in facet.values if value.selected]


def _days(place: Place) -> list[tuple[str, str]]:
    query = place.query
    chips = []
    if query.since:
        chips.append((_("From %s") % date_format(query.since, "j F Y"), place.url(since="")))
    if query.until:
        chips.append((_("Until %s") % date_format(query.until, "j F Y"), place.url(until="")))
    return chips


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
