"""How stages and tools are found."""

from typing import Any

from portal.core.blocks import words_of
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record
from portal.search.registry import register
from toolkit.models import KitStagePage, ToolPage


def all_tools() -> Any:
    """Every tool with what its record reads."""
    return ToolPage.objects.select_related("gate").prefetch_related("concepts", "files__document")


def all_stages() -> Any:
    """Every stage with what its record reads."""
    return KitStagePage.objects.select_related("gate").prefetch_related("concepts")


def tool_record(tool: ToolPage) -> SearchRecord | None:
    """The record of a live tool: how to use it, what to adapt, and the titles of its files."""
    titles = [file.document.title for file in tool.files.all()]
    return page_record("tool", tool, " ".join([words_of(tool.body, tool.adapt), *titles]).strip())


def stage_record(stage: KitStagePage) -> SearchRecord | None:
    """The record of a live stage."""
    words = words_of(stage.questions, stage.steps, stage.watch_out, stage.body)
    return page_record("stage", stage, f"{stage.question} {words}".strip())


register(Kind("tool", "Tool", "Tools", ToolPage, all_tools, tool_record))
register(Kind("stage", "Kit stage", "Kit stages", KitStagePage, all_stages, stage_record))
