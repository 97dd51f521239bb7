"""Reads of the starter kit."""

from django.db.models import QuerySet

from portal.core.viewer import Viewer
from toolkit.models import KitStagePage, ToolFile, ToolPage


def stages(viewer: Viewer) -> "QuerySet[KitStagePage]":
    """The visible stages in their order."""
    return KitStagePage.objects.visible(viewer).order_by("number", "path")


def tools_below(stages_path: str, viewer: Viewer) -> "QuerySet[ToolPage]":
    """The visible tools below the page at treebeard path `stages_path`, in the editors' order."""
    return ToolPage.objects.visible(viewer).filter(path__startswith=stages_path).order_by("path")


def files_of(tool: ToolPage) -> list[ToolFile]:
    """The files of `tool` with their documents: one query. A previewed tool has files that are not saved yet."""
    return list(tool.files.select_related("document").order_by("sort_order"))
