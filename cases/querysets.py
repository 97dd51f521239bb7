"""Reads of the cases room."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from cases.models import CaseIndexPage, CaseLink, CasePage, CaseResult
from portal.core.prepared import prepared
from portal.core.references import Link
from portal.core.urlpaths import address_of, page_url
from portal.core.viewer import VISITOR, Viewer
from taxonomy.models import Concept

# No page shows more of the newest cases.
MOST_NEWEST = 12
RESULTS = Prefetch("results", CaseResult.objects.order_by("sort_order"))


def with_results(cases: "QuerySet[CasePage]") -> "QuerySet[CasePage]":
    """`cases` with their results and concepts: two queries more, however many cases."""
    return cases.prefetch_related(
        RESULTS,
        Prefetch("concepts", Concept.objects.select_related("scheme").order_by("scheme__order", "title")),
    )


class CaseRow(NamedTuple):
    """What a card shows of a case itself: its long texts stay in the database."""

    pk: int
    title: str
    url_path: str
    summary: str
    status: str
    illustrative: bool


@prepared
def _among(pks: list[int], viewer: Viewer) -> "QuerySet[CasePage, tuple[Any, ...]]":
    return CasePage.objects.visible(viewer).filter(pk__in=pks).values_list(*CaseRow._fields)


def by_pk(pks: Iterable[int], viewer: Viewer) -> dict[int, CaseRow]:
    """The visible cases among `pks` (those of one result page), for their cards. Their chips come with the hits."""
    return {row[0]: CaseRow(*row) for row in _among(list(pks), viewer)}


def results_of(cases: Iterable[CaseRow]) -> dict[int, list[CaseResult]]:
    """The results of each of a few `cases` in the editors' order: one query."""
    found: dict[int, list[CaseResult]] = {case.pk: [] for case in cases}
    for result in _results(list(found)):
        found[result.case_id].append(result)
    return found


@prepared
def _results(case_ids: list[int]) -> "QuerySet[CaseResult, CaseResult]":
    return CaseResult.objects.filter(case__in=case_ids).order_by("sort_order")


def newest_with_evidence(viewer: Viewer, limit: int) -> list[CaseRow]:
    """Researched cases for the home page, those with results first published last: one query."""
    return [CaseRow(*row) for row in _measured(viewer)[:limit]]


@prepared
def _measured(viewer: Viewer) -> "QuerySet[CasePage, tuple[Any, ...]]":
    measured = CasePage.objects.visible(viewer).filter(Exists(CaseResult.objects.filter(case=OuterRef("pk"))))
    newest = measured.order_by("-first_published_at", "-pk").values_list(*CaseRow._fields)
    return newest[:MOST_NEWEST]


@prepared
def facet_concepts(case_ids: list[int]) -> "QuerySet[Any, tuple[int, str, str]]":
    """(case, title, slug) of the concepts of facet schemes of some cases, in the order of the schemes: one query."""
    tagged = CasePage.concepts.through.objects.filter(casepage__in=case_ids, concept__scheme__is_facet=True)
    ordered = tagged.order_by("concept__scheme__order", "concept__title")
    return ordered.values_list("casepage_id", "concept__title", "concept__slug")


def index_pk() -> int | None:
    """The list of all cases, if everybody sees it: one query."""
    return CaseIndexPage.objects.visible(VISITOR).values_list("pk", flat=True).first()


def take_from(case: CasePage, viewer: Viewer) -> list[Link]:
    """The pages that `case` links to, as far as `viewer` may see them: one query.

    Asks the case, not the table: a previewed case has links that are not saved yet.
    """
    if case.links.is_deferring:  # type: ignore[attr-defined]  # modelcluster has no types
        links = case.links.filter(page__live=True, page__gate__audience_id__in=viewer.audiences).select_related("page")
        return [Link(title=link.page.title, url=page_url(link.page)) for link in links.order_by("sort_order")]
    return [Link(title=title, url=address_of(url_path)) for title, url_path in _saved_links(case.pk, viewer)]


@prepared
def _saved_links(case_id: int, viewer: Viewer) -> "QuerySet[CaseLink, tuple[str, str]]":
    links = CaseLink.objects.filter(case=case_id, page__live=True, page__gate__audience_id__in=viewer.audiences)
    return links.order_by("sort_order").values_list("page__title", "page__url_path")
