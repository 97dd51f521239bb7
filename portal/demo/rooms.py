"""One loader for each room: makes what is missing from the data files, and returns how much that was."""

from datetime import date
from typing import Any

from django.utils import timezone

from cases.models import CaseIndexPage, CaseLink, CasePage, CaseResult
from forums.importing import upsert_board, upsert_index, upsert_topic
from forums.models import BoardPage, ForumIndexPage, Topic
from portal.core.models import BasePage
from portal.demo.files import make_document
from portal.demo.pages import missing, page_at, plant
from portal.demo.people import authors
from portal.demo.reading import CONTENT, Entry, read_entries, read_yaml, written_out
from portal.demo.streams import body_stream, sentences, sources
from portal.events.models import EventIndexPage
from portal.groups.models import GroupIndexPage
from portal.home.models import HomePage, StandardPage
from portal.insights.models import ArticlePage, InsightIndexPage
from taxonomy.models import GlossaryPage
from toolkit.models import KitStagePage, ToolFile, ToolkitIndexPage, ToolPage

SECTIONS: dict[str, type[BasePage]] = {
    "cases": CaseIndexPage,
    "toolkit": ToolkitIndexPage,
    "glossary": GlossaryPage,
    "insights": InsightIndexPage,
    "groups": GroupIndexPage,
    "events": EventIndexPage,
}


def load_sections() -> int:
    """The index pages right below the home page."""
    home = HomePage.objects.get()
    absent = [entry for entry in read_yaml("sections.yaml") if missing(home, entry["slug"])]
    for entry in absent:
        plant(home, SECTIONS[entry["kind"]](slug=entry["slug"], title=entry["title"], summary=entry["summary"]))
    return len(absent)


def load_toolkit() -> int:
    """Stages with their tools, and the documents of each built from its source."""
    index = ToolkitIndexPage.objects.get()
    made = 0
    for stage in read_yaml("toolkit/stages.yaml"):
        if missing(index, stage["slug"]):
            plant(index, _stage(stage), concepts=stage.get("concepts"))
            made += 1
    for entry in read_entries("toolkit/tools"):
        stage_page = KitStagePage.objects.get(slug=entry.data["stage"])
        if missing(stage_page, entry.slug):
            plant(stage_page, _tool(entry), concepts=entry.data.get("concepts"))
            made += 1
    return made


def _stage(stage: dict[str, Any]) -> KitStagePage:
    return KitStagePage(
        slug=stage["slug"],
        title=stage["title"],
        number=stage["number"],
        short_title=stage["short_title"],
        question=stage["question"],
        summary=stage["summary"],
        questions=sentences(stage.get("questions")),
        steps=[{"type": "step", "value": step} for step in stage.get("steps", [])],
        watch_out=sentences(stage.get("watch_out")),
        body=body_stream(stage.get("body", "")),
    )


def _tool(entry: Entry) -> ToolPage:
    data = entry.data
    tool = ToolPage(
        slug=entry.slug,
        title=data["title"],
        summary=data["summary"],
        kind=data["kind"],
        minutes=data.get("minutes"),
        source=written_out(data.get("source", ""), short=True),
        body=body_stream(entry.body),
        adapt=sentences(data.get("adapt")),
    )
    files = data.get("files", [])
    tool.files.set([ToolFile(document=_document(file), sort_order=at) for at, file in enumerate(files)])
    return tool


def _document(file: dict[str, str]) -> Any:
    return make_document(file["title"], f"toolkit/{file['source']}", format=file["format"])


def load_cases() -> int:
    """Cases in the order in which readers should meet them: the first is the newest."""
    index = CaseIndexPage.objects.get()
    entries = [entry for entry in read_entries("cases") if missing(index, entry.slug)]
    for entry in entries:
        days_ago = entry.data.get("order", 0) * 3
        plant(index, _case(entry), concepts=entry.data.get("concepts"), days_ago=days_ago)
    return len(entries)


def _case(entry: Entry) -> CasePage:
    data = entry.data
    case = CasePage(
        slug=entry.slug,
        title=data["title"],
        summary=data["summary"],
        status=data.get("status", "researched"),
        illustrative=data.get("illustrative", False),
        organisation=data.get("organisation") or "",
        facts=[{"type": "fact", "value": fact} for fact in data.get("facts") or []],
        body=body_stream(entry.body),
        lessons=sentences(data.get("lessons")),
        not_reported=sentences(data.get("not_reported")),
        sources=sources(data.get("sources")),
        went_live=_month(data.get("went_live")),
        checked=_month(data.get("checked")),
    )
    case.results.set([_result(result, at) for at, result in enumerate(data.get("results") or [])])
    tools = {tool.slug: tool for tool in ToolPage.objects.filter(slug__in=data.get("related_tools") or [])}
    links = [tools[slug] for slug in data.get("related_tools") or []]
    case.links.set([CaseLink(page=tool, sort_order=at) for at, tool in enumerate(links)])
    return case


def _result(result: dict[str, Any], at: int) -> CaseResult:
    keys = ("measure", "unit", "before", "after", "period", "better", "evidence", "source", "note")
    return CaseResult(sort_order=at, **{key: result[key] for key in keys if result.get(key) is not None})


def _month(value: Any) -> date | None:
    """The first day of an ISO month ("2026-11"); None for nothing."""
    return date.fromisoformat(f"{value}-01") if value else None


def load_forums() -> int:
    """The index, the boards and their topics."""
    home = HomePage.objects.get()
    made = 0
    if missing(home, "forums"):
        upsert_index(home, title="Forums", summary="Ask peers, and keep the answers that were worth it.")
        made += 1
    index = ForumIndexPage.objects.get()
    known = set(BoardPage.objects.values_list("slug", flat=True))
    for board in read_yaml("forums/boards.yaml"):
        if board["slug"] not in known:
            upsert_board(index, board)
            made += 1
    return made


def load_topics() -> int:
    """The questions and answers of the boards, those of the groups' boards among them."""
    known = set(Topic.objects.values_list("key", flat=True))
    paths = sorted([*CONTENT.glob("forums/topics/*.yaml"), *CONTENT.glob("groups/*/topics/*.yaml")])
    absent = [read_yaml(str(path.relative_to(CONTENT))) for path in paths if path.stem not in known]
    entries = [entry for entry in absent if "/" not in entry["board"] or page_at(entry["board"])]
    people = authors() if entries else {}
    for entry in entries:
        upsert_topic(entry, people, timezone.now())
    return len(entries)


def load_insights() -> int:
    """The articles, each with the board on which its question is discussed."""
    index = InsightIndexPage.objects.get()
    published = read_yaml("sources.yaml")
    entries = [entry for entry in read_entries("insights") if missing(index, entry.slug)]
    for entry in entries:
        data = entry.data
        article = ArticlePage(
            slug=entry.slug,
            title=data["title"],
            summary=data["summary"],
            kind=data["kind"],
            question=data.get("question", ""),
            board=page_at(f"/forums/{data['board']}/"),
            body=body_stream(entry.body),
            sources=sources([{"short": data["source"], **published[data["source"]]}]),
        )
        plant(index, article, concepts=data.get("concepts"), days_ago=data.get("order", 0) * 6)
    return len(entries)


def load_plain_pages() -> int:
    """About, guidelines, notices and the plan of action."""
    home = HomePage.objects.get()
    entries = [entry for entry in read_entries("pages") if missing(home, entry.slug)]
    for entry in entries:
        plant(home, _plain_page(entry), concepts=entry.data.get("concepts"))
    return len(entries)


def _plain_page(entry: Entry) -> StandardPage:
    data = entry.data
    body = body_stream(entry.body)
    if data.get("actions"):
        body.insert(0, {"type": "actions", "value": [_action(action) for action in data["actions"]]})
    return StandardPage(slug=entry.slug, title=data["title"], summary=data["summary"], body=body)


def _action(action: dict[str, Any]) -> dict[str, Any]:
    """An action item with its site paths as page ids. A path inside the glossary leads to the glossary."""
    paths = ["/glossary/" if path.startswith("/glossary/") else path for path in action.get("links", [])]
    pages = [page_at(path) for path in dict.fromkeys(paths)]
    return {**action, "links": [page.pk for page in pages if page]}
