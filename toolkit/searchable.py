"""How stages and tools are found."""

from typing import Any

from portal.core.blocks import words_of
from portal.core.urlpaths import page_url
from portal.search.contract import Kind, SearchRecord
from portal.search.registry import register
from toolkit.models import KitStagePage, ToolPage


def all_tools() -> Any:
    """Every tool with what its record reads."""
    return ToolPage.objects.select_related("gate").prefetch_related("concepts", "files__document")


def all_stages() -> Any:
    """Every stage with what its record reads."""
    return KitStagePage.objects.select_related("gate").prefetch_related("concepts")


def _record(kind: str, page: Any, body: list[str]) -> SearchRecord | None:
    if not page.live or not hasattr(page, "gate"):
        return None
    return SearchRecord(
        kind=kind,
        pk=page.pk,
        title=page.title,
        url=page_url(page),
        audience_id=page.gate.audience_id,
        summary=page.summary,
        body=" ".join(part for part in body if part),
        language=page.lang,
        concept_ids=tuple(concept.pk for concept in page.concepts.all()),
        published_at=page.first_published_at,
        updated_at=page.last_published_at,
    )


def tool_record(tool: ToolPage) -> SearchRecord | None:
    """The record of a live tool: how to use it, what to adapt, and the titles of its files."""
    return _record("tool", tool, [words_of(tool.body, tool.adapt), *(file.document.title for file in tool.files.all())])


def stage_record(stage: KitStagePage) -> SearchRecord | None:
    """The record of a live stage."""
    words = words_of(stage.questions, stage.steps, stage.watch_out, stage.body)
    return _record("stage", stage, [stage.question, words])


register(Kind("tool", "Tool", "Tools", ToolPage, all_tools, tool_record))
register(Kind("stage", "Kit stage", "Kit stages", KitStagePage, all_stages, stage_record))
