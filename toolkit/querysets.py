"""Reads of the starter kit."""

from django.db.models import QuerySet

from portal.core.prepared import prepared
from portal.core.viewer import Viewer
from toolkit.models import KitStagePage, ToolFile, ToolPage

# Letters of one level of a treebeard path.
STEP = ToolPage.steplen


@prepared
def stages(viewer: Viewer) -> "QuerySet[KitStagePage, KitStagePage]":
    """The visible stages in their order, with what a row of stages shows: one query."""
    found = KitStagePage.objects.visible(viewer).order_by("number", "path")
    return found.only("number", "short_title", "question", "url_path", "path")


def tools_below(stages_path: str, viewer: Viewer) -> list[ToolPage]:
    """The visible tools right below the page at treebeard path `stages_path`, in the editors' order: one query."""
    return _tools_between(f"{stages_path}{'0' * STEP}", f"{stages_path}{'Z' * STEP}", viewer)


@prepared
def _tools_between(first: str, last: str, viewer: Viewer) -> "QuerySet[ToolPage, ToolPage]":
    found = ToolPage.objects.visible(viewer).filter(path__range=(first, last)).order_by("path")
    return found.only("title", "url_path", "summary", "kind", "path")


def files_of(tool: ToolPage) -> list[ToolFile]:
    """The files of `tool` with their documents: one query. A previewed tool has files that are not saved yet."""
    return list(tool.files.select_related("document").order_by("sort_order"))
