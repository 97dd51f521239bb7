"""Reads of the cases room."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from cases.models import CasePage, CaseResult
from portal.core.references import Link
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer
from taxonomy.models import Concept

RESULTS = Prefetch("results", CaseResult.objects.order_by("sort_order"))


def with_results(cases: "QuerySet[CasePage]") -> "QuerySet[CasePage]":
    """`cases` with their results and concepts: two queries more, however many cases."""
    return cases.prefetch_related(
        RESULTS,
        Prefetch("concepts", Concept.objects.select_related("scheme").order_by("scheme__order", "title")),
    )


def for_cards(cases: "QuerySet[CasePage]") -> "QuerySet[CasePage]":
    """`cases` with what a card shows and no more, their results by one query: long texts stay in the database."""
    return cases.only("title", "url_path", "summary", "status", "illustrative").prefetch_related(RESULTS)


def by_pk(pks: Iterable[int], viewer: Viewer) -> dict[int, CasePage]:
    """The visible cases among `pks`, for the cards of a result page. Their chips come with the hits."""
    return {case.pk: case for case in for_cards(CasePage.objects.visible(viewer).filter(pk__in=list(pks)))}


def newest_with_evidence(viewer: Viewer, limit: int) -> list[CasePage]:
    """Researched cases for the home page, those with results first published last, with their facet concepts."""
    measured = CasePage.objects.visible(viewer).filter(Exists(CaseResult.objects.filter(case=OuterRef("pk"))))
    concepts = Concept.objects.select_related("scheme").order_by("scheme__order", "title")
    cases = for_cards(measured).prefetch_related(
        Prefetch("concepts", concepts.only("slug", "title", "scheme__is_facet"))
    )
    return list(cases.order_by("-first_published_at", "-pk")[:limit])


def take_from(case: CasePage, viewer: Viewer) -> list[Link]:
    """The pages that `case` links to, as far as `viewer` may see them: one query.

    Asks the case, not the table: a previewed case has links that are not saved yet.
    """
    links = case.links.filter(page__live=True, page__gate__audience_id__in=viewer.audiences).select_related("page")
    return [Link(title=link.page.title, url=page_url(link.page)) for link in links.order_by("sort_order")]
