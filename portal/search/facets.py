"""The facet panel: names, order and depth of the values that an engine counted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.core.evidence import Evidence
from portal.search import registry
from portal.search.contract import Facet, FacetValue, SearchQuery
from portal.search.vocabulary import ConceptName

KIND, EVIDENCE = "kind", "evidence"
Counts = Mapping[str, tuple[tuple[str, int], ...]]
Names = Mapping[str, ConceptName]


def register(name: str, title: str | Promise, label: Callable[[str], str]) -> None:
    """Name the facet `name`, whose values are no concepts: `label(value)` is what a value is called, "" if unknown."""
    _OWN[name] = (lambda: str(title), label)


def is_named(name: str) -> bool:
    """Whether `name` is a facet whose values are no concepts, and that somebody named."""
    return name in _OWN


def own() -> Collection[str]:
    """The facets whose values are no concepts."""
    return _OWN.keys()


def build(query: SearchQuery, counts: Counts, names: Names) -> tuple[Facet, ...]:
    """The facets of `query` in its order, without those that have nothing to choose. `names` are of all values."""
    unknown = _("unknown: “%(value)s”")
    facets = (_facet(name, query, dict(counts.get(name, ())), names, unknown) for name in query.facets)
    return tuple(facet for facet in facets if facet.values)


def counted_concepts(counts: Counts) -> set[str]:
    """The slugs of the concepts that something found has."""
    return {value for name, pairs in counts.items() if name not in _OWN for value, _number in pairs}


def chosen_concepts(query: SearchQuery) -> set[str]:
    """The slugs that somebody chose, or wrote into an address."""
    return {value for name, values in query.filters.items() if name not in _OWN for value in values}


def _facet(name: str, query: SearchQuery, counts: dict[str, int], names: Names, unknown: str) -> Facet:
    chosen = query.filters.get(name, frozenset())
    values = [
        FacetValue(value, _label(name, value, names) or unknown % {"value": value}, number, value in chosen)
        for value, number in {**dict.fromkeys(sorted(chosen), 0), **counts}.items()
    ]
    values.sort(key=lambda value: (-value.count, value.label.casefold(), value.value))
    shown = [value for place, value in enumerate(values) if place < query.limit_of(name) or value.selected]
    return Facet(name, _title(name, shown, names), tuple(_as_tree(shown, names)), truncated=len(shown) < len(values))


def _label(name: str, value: str, names: Names) -> str:
    """What readers call the value; "" for one that nobody named."""
    own = _OWN.get(name)
    label = own[1](value) if own else ""
    if label:
        return label
    return capfirst(names[value].title) if value in names else ""


def _title(name: str, values: list[FacetValue], names: Names) -> str:
    own = _OWN.get(name)
    if own:
        return own[0]()
    known = (names[value.value].scheme_title for value in values if value.value in names)
    return next(known, name.replace("-", " ").capitalize())


def _kind_label(value: str) -> str:
    kind = registry.get(value)
    return str(kind.plural) if kind else ""


def _evidence_label(value: str) -> str:
    return str(Evidence(value).label) if value in Evidence.values else ""


_OWN: dict[str, tuple[Callable[[], str], Callable[[str], str]]] = {
    KIND: (lambda: _("Kind"), _kind_label),
    EVIDENCE: (lambda: _("Evidence"), _evidence_label),
}


def _as_tree(values: list[FacetValue], names: Names) -> list[FacetValue]:
    """The values with each below the first one of its broader ones that is shown, in the order given otherwise."""
    shown = {value.value for value in values}
    below: dict[str, list[FacetValue]] = defaultdict(list)
    for value in values:
        broader = names[value.value].broader if value.value in names else ()
        below[next((slug for slug in sorted(broader) if slug in shown), "")].append(value)
    ordered: list[FacetValue] = []

    def place(parent: str, depth: int) -> None:
        for value in below.pop(parent, ()):
            ordered.append(FacetValue(value.value, value.label, value.count, value.selected, value.toggle_url, depth))
            place(value.value, depth + 1)

    place("", 0)
    return ordered
