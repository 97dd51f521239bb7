"""Records of a board and of a topic, to keep (JSON) and to print."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from forums import access, records, things
from forums.models import BoardPage, Post, Topic
from portal.accounts.signing_in import member_of
from portal.moderation import trail
from portal.moderation.kinds import Thing

# A printed page holds no more topics than this; the rest is in the JSON.
MOST_PRINTED = 200
READS = ("GET", "HEAD")


def of_board(request: HttpRequest, board: BoardPage, form: str) -> HttpResponseBase:
    """GET /forums/<board>/records/<json|print>/"""
    _check(request, board, form)
    if request.method not in READS:
        return HttpResponseNotAllowed(READS)
    thing = Thing("board", str(board.pk), "", board.title, "", page_id=board.pk)
    trail.record("forums.export", member_of(request), thing)
    if form == "json":
        return _download(board, lambda: records.of_board(board), board.slug)
    topics = Topic.objects.filter(board=board, merged_into=None).order_by("pk")[:MOST_PRINTED]
    return _print(request, board, list(topics))


def of_topic(request: HttpRequest, board: BoardPage, pk: int, form: str) -> HttpResponseBase:
    """GET /forums/<board>/records/topic/<pk>/<json|print>/"""
    _check(request, board, form)
    if request.method not in READS:
        return HttpResponseNotAllowed(READS)
    topic = Topic.objects.select_related("board", "author").filter(pk=pk, board=board, merged_into=None).first()
    if topic is None:
        raise Http404
    trail.record("forums.export", member_of(request), things.of_topic(topic))
    if form == "json":
        return _download(board, lambda: iter([records.of_topic(topic)]), f"{board.slug}-{topic.pk}")
    return _print(request, board, [topic])


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


def _print(request: HttpRequest, board: BoardPage, topics: list[Topic]) -> HttpResponse:
    posts = Post.objects.filter(topic__in=topics).select_related("author").order_by("topic", "position")
    by_topic: dict[int, list[Post]] = {topic.pk: [] for topic in topics}
    for post in posts:
        by_topic[post.topic_id].append(post)
    context = {"page": board, "topics": [(topic, by_topic[topic.pk]) for topic in topics], "most": MOST_PRINTED}
    response = render(request, "forums/record.html", context)
    response["Cache-Control"] = "no-store"
    return response
