"""The lists of topics: of a board and of all boards, and what counts as read on them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forums import access, lists, marks, unread
from forums.models import BoardPage, ForumIndexPage
from forums.querysets import Show
from portal.accounts.signing_in import member_of, to_sign_in
from portal.core.closing import is_closed
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer, viewer_of
from taxonomy.models import Concept
from taxonomy.querysets import by_slug

# A list offers to be narrowed by so many of the concepts that stand on it.
MOST_CONCEPTS = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A link by which a list is narrowed, or widened again where it is `on`."""

    title: str
    url: str
    on: bool


def topic_list(request: HttpRequest, board: BoardPage) -> HttpResponse:
    """GET /forums/<board>/[?show=unanswered|solved|following][&concept=<slug>][&after=|before=<key>]"""
    context = _list(request, page_url(board), board.pk)
    context |= {"page": board, "board_url": page_url(board), "closed": is_closed(board)}
    context["may_lead"] = access.can_lead(viewer_of(request), board)
    context["has_feed"] = access.has_feed(viewer_of(request), board)
    return render(request, "forums/board_page.html", context)


def latest(request: HttpRequest, index: ForumIndexPage) -> HttpResponse:
    """GET /forums/latest/[?show=…][&concept=…][&after=|before=…]: the topics of every board that the viewer sees."""
    context = _list(request, page_url(index) + "latest/", None)
    context |= {"page": index, "index_url": page_url(index)}
    return render(request, "forums/latest.html", context)


def read_all(request: HttpRequest, page: BoardPage | ForumIndexPage) -> HttpResponse:
    """POST /forums/read/ and /forums/<board>/read/: everything there counts as read."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not viewer_of(request).is_member:
        return to_sign_in(page_url(page))
    board = page if isinstance(page, BoardPage) else None
    marks.catch_up(member_of(request).pk, board)
    messages.info(request, _("Everything here counts as read.") if board else _("Everything counts as read."))
    return redirect(page_url(page) if board else page_url(page) + "latest/")


def _list(request: HttpRequest, address: str, board_id: int | None) -> dict[str, Any]:
    viewer = viewer_of(request)
    shows = _shows(viewer)
    asked = request.GET.get("show", "")
    show = next((one for one in shows if one.value == asked), Show.ALL)
    concept = _concept(request.GET.get("concept", ""))
    listed = lists.page(
        lists.Asked(show, board_id, concept.pk if concept else None),
        viewer,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    unread.mark_rows(listed.rows, viewer)
    return {
        "rows": listed.rows,
        "show": show.value,
        "concept": concept,
        "shows": [Choice(title, _address(address, one, concept), one is show) for one, title in shows.items()],
        "concepts": _concepts(listed.rows, address, show, concept),
        "first_url": _address(address, show, concept) if request.GET.keys() & {"after", "before"} else "",
        "newer_url": _address(address, show, concept, listed.newer) if listed.newer else "",
        "older_url": _address(address, show, concept, listed.older) if listed.older else "",
    }


def _shows(viewer: Viewer) -> dict[Show, str]:
    shows = {Show.ALL: _("Latest"), Show.UNANSWERED: _("Unanswered"), Show.SOLVED: _("Solved")}
    return shows | {Show.FOLLOWING: _("Following")} if viewer.is_member else shows


def _concept(slug: str) -> Concept | None:
    """The concept that a list is narrowed to. Raises Http404 for one that does not exist."""
    if not slug:
        return None
    found = next(iter(by_slug([slug]).values()), None)
    if found is None:
        raise Http404
    return found


def _concepts(rows: list[lists.TopicRow], address: str, show: Show, chosen: Concept | None) -> list[Choice]:
    """The concepts that most of the shown topics have; or the chosen one, with the way back."""
    if chosen is not None:
        return [Choice(chosen.title, _address(address, show, None), on=True)]
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        for chip in row.chips:
            seen[chip] = seen.get(chip, 0) + 1
    most = sorted(seen, key=lambda chip: (-seen[chip], chip))[:MOST_CONCEPTS]
    return [Choice(title, _narrowed(address, show, url.strip("/").split("/")[-1]), on=False) for title, url in most]


def _narrowed(address: str, show: Show, slug: str) -> str:
    return f"{address}?{urlencode(_state(show, slug))}"


def _address(address: str, show: Show, concept: Concept | None, place: str = "") -> str:
    query = urlencode(_state(show, concept.slug if concept else ""))
    both = "&".join(part for part in (query, place) if part)
    return f"{address}?{both}" if both else address


def _state(show: Show, slug: str) -> dict[str, str]:
    state = {"show": show.value if show is not Show.ALL else "", "concept": slug}
    return {name: value for name, value in state.items() if value}
