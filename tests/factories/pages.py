"""Pages in a few words: each function adds a published page with sensible content and returns it."""

from itertools import count
from typing import Any

from wagtail.models import Page

from cases.models import CaseIndexPage, CasePage, CaseResult
from portal.home.models import HomePage, StandardPage
from portal.insights.models import ArticlePage, InsightIndexPage
from toolkit.models import KitStagePage, ToolkitIndexPage, ToolPage

_numbers = count(1)


def add(parent: Page, page: Any, **fields: Any) -> Any:
    """Add `page` below `parent`, published, with a title and slug of its own unless given."""
    number = next(_numbers)
    page.title = page.title or f"{type(page).__name__} {number}"
    page.slug = page.slug or f"page-{number}"
    for name, value in fields.items():
        setattr(page, name, value)
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def index(model: type[Any], slug: str) -> Any:
    """The index page of a room below the home page, made if it is missing."""
    found = model.objects.first()
    return found or add(HomePage.objects.get(), model(title=slug.title(), slug=slug))


def case(*, concepts: list[Any] | None = None, results: list[CaseResult] | None = None, **fields: Any) -> CasePage:
    """A case with one audited result, unless other `results` are given."""
    page = CasePage(**{"summary": "How it went, in a sentence.", **fields})
    page.results.set([a_result()] if results is None else results)
    if concepts:
        page.concepts = concepts
    return add(index(CaseIndexPage, "cases"), page)


def a_result(**fields: Any) -> CaseResult:
    """From 14.20 to 9.80, audited."""
    return CaseResult(
        **{
            "measure": "Cost per payslip",
            "unit": "US$",
            "before": "14.20",
            "after": "9.80",
            "evidence": "audited",
            **fields,
        }
    )


def stage(**fields: Any) -> KitStagePage:
    """A stage of the starter kit."""
    defaults = {"short_title": "Business case", "question": "Do the gains repay the change?"}
    return add(index(ToolkitIndexPage, "toolkit"), KitStagePage(**{**defaults, **fields}))


def tool(parent: KitStagePage | None = None, **fields: Any) -> ToolPage:
    """A tool below `parent`, or below a stage of its own."""
    return add(parent or stage(), ToolPage(**{"summary": "What it is for.", **fields}))


def article(**fields: Any) -> ArticlePage:
    """An article with a question."""
    defaults = {"summary": "What it says.", "question": "What did you leave until too late?"}
    return add(index(InsightIndexPage, "insights"), ArticlePage(**{**defaults, **fields}))


def plain_page(parent: Page | None = None, **fields: Any) -> StandardPage:
    """A plain page below the home page."""
    return add(parent or HomePage.objects.get(), StandardPage(**fields))
