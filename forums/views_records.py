"""Records of a board and of a topic, to keep (JSON) and to print."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from forums import access, records, things
from forums.models import BoardPage, Post, Topic
from portal.accounts.signing_in import member_of
from portal.core.viewer import viewer_of
from portal.moderation import trail
from portal.moderation.kinds import Thing

# So many topics stand on a page that is to be printed.
TOPICS_ON_A_PAGE = 50
READS = ("GET", "HEAD")


def of_board(request: HttpRequest, board: BoardPage, form: str) -> HttpResponseBase:
    """GET /forums/<board>/records/<json|print>/[?page=n]: the page is for printing; the JSON has all."""
    _check(request, board, form)
    if request.method not in READS:
        return HttpResponseNotAllowed(READS)
    thing = Thing("board", str(board.pk), "", board.title, "", page_id=board.pk)
    trail.record("forums.export", member_of(request), thing)
    earlier = access.can_read_histories(viewer_of(request))
    if form == "json":
        return _download(board, lambda: records.of_board(board, earlier=earlier), board.slug)
    pages = Paginator(records.topics_of(board), TOPICS_ON_A_PAGE)
    return _print(request, board, pages.get_page(request.GET.get("page")))


def of_topic(request: HttpRequest, board: BoardPage, pk: int, form: str) -> HttpResponseBase:
    """GET /forums/<board>/records/topic/<pk>/<json|print>/"""
    _check(request, board, form)
    if request.method not in READS:
        return HttpResponseNotAllowed(READS)
    topic = Topic.objects.select_related("board").filter(pk=pk, board=board, merged_into=None).first()
    if topic is None:
        raise Http404
    trail.record("forums.export", member_of(request), things.of_topic(topic))
    if form == "json":
        earlier = access.can_read_histories(viewer_of(request))
        return _download(board, lambda: iter([records.of_topic(topic, earlier=earlier)]), f"{board.slug}-{topic.pk}")
    return _print(request, board, Paginator([topic], 1).get_page(1))


def _check(request: HttpRequest, board: BoardPage, form: str) -> None:
    """Raises Http404 and SecondFactorMissingError."""
    if form not in {"json", "print"}:
        raise Http404
    access.check_lead(request, board)


def _download(board: BoardPage, found: Callable[[], Any], name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(records.as_json(board, found()), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    response["Cache-Control"] = "no-store"
    return response


def _print(request: HttpRequest, board: BoardPage, page_obj: "Page[Topic]") -> HttpResponse:
    topics = list(page_obj)
    posts = Post.objects.filter(topic__in=topics).select_related("author").order_by("topic", "position")
    by_topic: dict[int, list[Post]] = {topic.pk: [] for topic in topics}
    for post in posts:
        by_topic[post.topic_id].append(post)
    context = {"page": board, "topics": [(topic, by_topic[topic.pk]) for topic in topics], "page_obj": page_obj}
    response = render(request, "forums/record.html", context)
    response["Cache-Control"] = "no-store"
    return response
