"""What the templates of the cases room show."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpRequest

from cases.figures import best_supported, change_words, headline, number
from cases.models import FACT_SCHEMES, CaseIndexPage, CasePage, CaseResult, label_of
from cases.querysets import CaseRow, by_pk, results_of, take_from
from portal.core.references import backlinks
from portal.core.viewer import viewer_of
from portal.search.panels import panel
from taxonomy.querysets import Tag, chips, concepts_of

PAGE_SIZE = 12
INDEX_FACETS = ("service-line", "level", "place", "evidence", "delivery-model", "funding-model", "kit-stage", "topic")


@dataclass(frozen=True, slots=True)
class Card:
    """A case as a card in a list."""

    title: str
    url: str
    summary: str
    label: str
    evidence: str
    figure: str
    figure_note: str
    chips: tuple[tuple[str, str], ...]


class ResultRow(NamedTuple):
    """A line of the table of results: `was` and `now` are what `before` and `after` say as numbers."""

    measure: str
    unit: str
    period: str
    was: Decimal | None
    now: Decimal | None
    before: str
    after: str
    change: str
    note: str
    evidence: str
    source: str


def card(case: CaseRow, results: list[CaseResult], case_chips: tuple[tuple[str, str], ...], url: str) -> Card:
    """The card of `case`, with the dial of the very figure that it shows."""
    result = best_supported(results)
    figure, note = headline(result) if result else ("", "")
    evidence = result.evidence if result else ""
    label = label_of(case.status, illustrative=case.illustrative)
    return Card(case.title, url, case.summary, label, evidence, figure, note, case_chips[:4])


def index_context(page: CaseIndexPage, request: HttpRequest) -> dict[str, Any]:
    """The cases that match the words and the chosen facets, as cards, with the facets' counts."""
    viewer = viewer_of(request)
    shown = panel(request, kinds=("case",), facets=INDEX_FACETS, size=PAGE_SIZE, sort="newest")
    # Words are answered with what they stand in; who browses sees the figures.
    hits = () if shown.found.query.text else shown.found.hits
    cases = by_pk((hit.pk for hit in hits), viewer)
    results = results_of(cases.values())
    cards = [card(cases[hit.pk], results[hit.pk], hit.chips, hit.url) for hit in hits if hit.pk in cases]
    return {"panel": shown, "found": shown.found, "cards": cards}


def case_context(case: CasePage, request: HttpRequest) -> dict[str, Any]:
    """Facts by scheme, results with their change in words, what to take from it, and what peers ask about it."""
    viewer = viewer_of(request)
    concepts = concepts_of(case, by_scheme=True)
    return {
        "viewer": viewer,
        "facts": [(name, chips(members)) for name, members in by_scheme(concepts)],
        "topics": chips([concept for concept in concepts if concept.scheme == "topic"]),
        "results": [_row(result) for result in case.results.all()],
        "take": take_from(case, viewer),
        "questions": backlinks("topics", case.pk, viewer),
    }


def _row(result: CaseResult) -> ResultRow:
    return ResultRow(
        result.measure,
        result.unit,
        result.period,
        result.before,
        result.after,
        number(result.before),
        number(result.after),
        change_words(result),
        result.note,
        result.evidence,
        result.source,
    )


def by_scheme(concepts: list[Tag]) -> list[tuple[str, list[Tag]]]:
    """`concepts` grouped under the titles of the schemes that the facts panel shows, in the schemes' order."""
    groups: dict[str, list[Tag]] = {}
    for concept in concepts:
        if concept.scheme in FACT_SCHEMES:
            groups.setdefault(concept.scheme_title, []).append(concept)
    return list(groups.items())
