"""How a case is found. The most useful cases are those whose figures are well supported, and many."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models import CasePage, CaseStatus
from cases.querysets import with_results
from portal.core.blocks import documents_in, words_of
from portal.core.evidence import RANK, strongest
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record
from portal.search.registry import register

# Points of usefulness: for each step of the scale of evidence, for each of so many results and sources at most.
EVIDENCE, RESULT, SOURCE = 100, 60, 30
MOST_COUNTED = 5


def all_cases() -> Any:
    """Every case with what `to_record` reads."""
    return with_results(CasePage.objects.select_related("gate"))


def to_record(case: CasePage) -> SearchRecord | None:
    """The record of a live case; None while it is a draft, scheduled or without a gate."""
    results = list(case.results.all())
    evidence = strongest([result.evidence for result in results])
    return page_record(
        "case",
        case,
        _body(case, results),
        label=case.label,
        source=case.organisation,
        facets=(("evidence", evidence),) if evidence else (),
        usefulness=_usefulness(case, results, evidence),
        document_ids=documents_in(case.body),
    )


def _usefulness(case: CasePage, results: list[Any], evidence: str) -> int:
    """From the strength of the evidence, measured results and sources; 0 for what is made up or only nominated."""
    if case.illustrative or case.status == CaseStatus.NOMINATION:
        return 0
    measured = sum(result.change is not None for result in results)
    strength = RANK[evidence] + 1 if evidence else 0
    counted = min(measured, MOST_COUNTED) * RESULT + min(len(case.sources), MOST_COUNTED) * SOURCE
    return strength * EVIDENCE + counted


def _body(case: CasePage, results: list[Any]) -> str:
    parts = [case.organisation, *(result.measure for result in results), *(result.note for result in results)]
    parts.append(words_of(case.facts, case.body, case.lessons, case.sources))
    return " ".join(part for part in parts if part)


register(Kind("case", _("Case"), _("Cases"), CasePage, all_cases, to_record))
