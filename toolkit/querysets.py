"""Reads of the starter kit."""

from typing import Any, NamedTuple

from django.db.models import QuerySet

from portal.core.prepared import prepared
from portal.core.viewer import Viewer
from toolkit.models import KitStagePage, ToolFile, ToolPage

# Letters of one level of a treebeard path.
STEP = ToolPage.steplen


class Stage(NamedTuple):
    """What a row of stages shows of one; `path` is treebeard's."""

    number: int
    short_title: str
    question: str
    url_path: str
    path: str


class Tool(NamedTuple):
    """What a list of tools shows of one."""

    pk: int
    title: str
    url_path: str
    summary: str
    kind: str


def stages(viewer: Viewer) -> list[Stage]:
    """The visible stages in their order: one query."""
    return [Stage(*row) for row in _stages(viewer)]


@prepared
def _stages(viewer: Viewer) -> "QuerySet[KitStagePage, tuple[Any, ...]]":
    return KitStagePage.objects.visible(viewer).order_by("number", "path").values_list(*Stage._fields)


def stage_titles(viewer: Viewer) -> list[tuple[int, str]]:
    """(id, title) of the visible stages in their order: one query."""
    return list(KitStagePage.objects.visible(viewer).order_by("number", "path").values_list("pk", "title"))


def tools_below(stages_path: str, viewer: Viewer) -> list[Tool]:
    """The visible tools right below the page at treebeard path `stages_path`, in the editors' order: one query."""
    found = _tools_between(f"{stages_path}{'0' * STEP}", f"{stages_path}{'Z' * STEP}", viewer)
    return [Tool(*row) for row in found]


@prepared
def _tools_between(first: str, last: str, viewer: Viewer) -> "QuerySet[ToolPage, tuple[Any, ...]]":
    found = ToolPage.objects.visible(viewer).filter(path__range=(first, last)).order_by("path")
    return found.values_list(*Tool._fields)


def files_of(tool: ToolPage) -> list[ToolFile]:
    """The files of `tool` with their documents: one query. A previewed tool has files that are not saved yet."""
    return list(tool.files.select_related("document").order_by("sort_order"))
