"""How a case is found."""

from typing import Any

from cases.models import CasePage
from cases.querysets import with_results
from portal.core.blocks import words_of
from portal.core.evidence import strongest
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record
from portal.search.registry import register


def all_cases() -> Any:
    """Every case with what `to_record` reads."""
    return with_results(CasePage.objects.select_related("gate"))


def to_record(case: CasePage) -> SearchRecord | None:
    """The record of a live case; None while it is a draft, scheduled or without a gate."""
    results = list(case.results.all())
    evidence = strongest([result.evidence for result in results])
    facets = (("evidence", evidence),) if evidence else ()
    return page_record("case", case, _body(case, results), label=case.label, facets=facets)


def _body(case: CasePage, results: list[Any]) -> str:
    parts = [case.organisation, *(result.measure for result in results), *(result.note for result in results)]
    parts.append(words_of(case.facts, case.body, case.lessons, case.sources))
    return " ".join(part for part in parts if part)


register(Kind("case", "Case", "Cases", CasePage, all_cases, to_record))
