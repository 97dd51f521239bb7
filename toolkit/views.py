"""What the templates of the starter kit show."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.labels import label_of
from portal.core.references import backlinks
from portal.core.urlpaths import address_of, page_url
from portal.core.viewer import Viewer, viewer_of
from portal.search.panels import panel
from taxonomy.querysets import chips, concepts_of
from toolkit.models import KitStagePage, ToolKind, ToolPage
from toolkit.querysets import files_of, stages, tools_below

PATH_STEP = 4
KINDS = ("tool", "stage")
PAGE_SIZE = 12
INDEX_FACETS = ("kind", "kit-stage", "service-line", "value", "maturity-level", "topic")
# Above this, hours are said.
LONGEST_IN_MINUTES = 90


@dataclass(frozen=True, slots=True)
class StageLink:
    """A stage in the row of stages; `here` marks the one being read."""

    number: int
    title: str
    question: str
    url: str
    here: bool = False
    tools: tuple[tuple[str, str], ...] = ()


class ToolCard(NamedTuple):
    """A tool as a card below its stage; `meta` is the kind of tool."""

    title: str
    url: str
    summary: str
    meta: str


def stage_row(viewer: Viewer, here: str = "", tools: list[ToolPage] | None = None) -> list[StageLink]:
    """All stages as links, with the `tools` that stand below each; `here` is the treebeard path of the current one."""
    return [
        StageLink(
            number=stage.number,
            title=stage.short_title,
            question=stage.question,
            url=address_of(stage.url_path),
            here=bool(here) and here.startswith(stage.path),
            tools=tuple((tool.title, page_url(tool)) for tool in tools or () if tool.path.startswith(stage.path)),
        )
        for stage in stages(viewer)
    ]


def index_context(request: HttpRequest) -> dict[str, Any]:
    """The five stages, each with its tools, and all of them as a list that can be searched and narrowed."""
    viewer = viewer_of(request)
    tools = list(ToolPage.objects.visible(viewer).order_by("path"))
    shown = panel(request, kinds=KINDS, facets=INDEX_FACETS, size=PAGE_SIZE, sort="title", anchor="tools")
    return {"stages": stage_row(viewer, tools=tools), "panel": shown, "found": shown.found}


def stage_context(stage: KitStagePage, request: HttpRequest) -> dict[str, Any]:
    """The stage's tools, the row of stages, and the stages before and after."""
    viewer = viewer_of(request)
    row = stage_row(viewer, here=stage.path)
    place = next((index for index, link in enumerate(row) if link.here), 0)
    return {
        "stages": row,
        "previous": row[place - 1] if place > 0 else None,
        "next": row[place + 1] if place + 1 < len(row) else None,
        "tools": [
            ToolCard(tool.title, address_of(tool.url_path), tool.summary, label_of(ToolKind, tool.kind))
            for tool in tools_below(stage.path, viewer)
        ],
        "topics": chips(concepts_of(stage)),
    }


def effort(minutes: int | None) -> str:
    """How long a first version takes, in the unit that people would say: "about 45 minutes", "about 4 hours", ""."""
    if not minutes:
        return ""
    if minutes <= LONGEST_IN_MINUTES:
        return ngettext(
            "about %(number)s minute for a first version", "about %(number)s minutes for a first version", minutes
        ) % {"number": minutes}
    halves = round(minutes / 30)
    return _("about %s hours for a first version") % number_format(halves / 2, decimal_pos=halves % 2)


def tool_context(tool: ToolPage, request: HttpRequest) -> dict[str, Any]:
    """The tool's files and concepts, where it stands in the kit, and what peers ask about it."""
    viewer = viewer_of(request)
    return {
        "effort": effort(tool.minutes),
        "files": files_of(tool),
        "stages": stage_row(viewer, here=tool.path),
        "topics": chips(concepts_of(tool)),
        "others": [
            (other.title, address_of(other.url_path))
            for other in tools_below(tool.path[:-PATH_STEP], viewer)
            if other.pk != tool.pk
        ],
        "questions": backlinks("topics", tool.pk, viewer),
    }
