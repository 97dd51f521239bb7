"""How stages and tools are found. The most useful ones are those to which many pages lead; a tool, with its files."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.blocks import documents_in, words_of
from portal.search.contract import Kind, SearchRecord
from portal.search.pages import page_record, with_uses
from portal.search.registry import register
from toolkit.models import KitStagePage, ToolPage

# Points of usefulness: for each page that leads to it, and for each of so many files at most.
USE, FILE = 100, 50
MOST_FILES = 4


def all_tools() -> Any:
    """Every tool with what its record reads."""
    return with_uses(ToolPage.objects.select_related("gate").prefetch_related("concepts", "files__document"))


def all_stages() -> Any:
    """Every stage with what its record reads."""
    return with_uses(KitStagePage.objects.select_related("gate").prefetch_related("concepts"))


def tool_record(tool: Any) -> SearchRecord | None:
    """The record of a live tool: how to use it, what to adapt, and its files."""
    files = list(tool.files.all())
    titles = [file.document.title for file in files]
    return page_record(
        "tool",
        tool,
        " ".join([words_of(tool.body, tool.adapt), *titles]).strip(),
        usefulness=tool.uses * USE + min(len(files), MOST_FILES) * FILE,
        document_ids=(*(file.document_id for file in files), *documents_in(tool.body)),
    )


def stage_record(stage: Any) -> SearchRecord | None:
    """The record of a live stage."""
    words = words_of(stage.questions, stage.steps, stage.watch_out, stage.body)
    return page_record(
        "stage",
        stage,
        f"{stage.question} {words}".strip(),
        usefulness=stage.uses * USE,
        document_ids=documents_in(stage.body),
    )


register(Kind("tool", _("Tool"), _("Tools"), ToolPage, all_tools, tool_record))
register(Kind("stage", _("Kit stage"), _("Kit stages"), KitStagePage, all_stages, stage_record))
