"""What was said, for the files: a topic or a board as data, with what is hidden marked as such. For moderators, and for
those who run the section of the board; what posts said before they were edited is for those only who may read that.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from forums.models import BoardPage, Post, Topic, topic_url
from portal.core.urlpaths import page_url

TOPICS_AT_ONCE = 100
VERSION = 1


def of_board(board: BoardPage, *, earlier: bool) -> Iterator[dict[str, Any]]:
    """The records of the topics of `board`, by age; at most four queries for each hundred of them."""
    found = topics_of(board)
    after = 0
    while part := list(found.filter(pk__gt=after)[:TOPICS_AT_ONCE]):
        yield from _records(board, part, earlier)
        after = part[-1].pk


def of_topic(topic: Topic, *, earlier: bool) -> dict[str, Any]:
    """The record of one topic. Reads `topic.board`."""
    return next(_records(topic.board, [topic], earlier))


def topics_of(board: BoardPage) -> "QuerySet[Topic, Topic]":
    """Every topic of the board, hidden ones too, by age; what was merged stands in another one."""
    return Topic.objects.filter(board=board, merged_into=None).order_by("pk")


def _records(board: BoardPage, topics: list[Topic], earlier: bool) -> Iterator[dict[str, Any]]:
    posts: dict[int, list[Post]] = {topic.pk: [] for topic in topics}
    beside = ("versions", "attachments") if earlier else ("attachments",)
    rows = Post.objects.filter(topic__in=topics).select_related("author").prefetch_related(*beside)
    for post in rows.order_by("topic", "position"):
        posts[post.topic_id].append(post)
    address = settings.BASE_URL.rstrip("/") + page_url(board)
    for topic in topics:
        yield _record(topic, [_post(post, address, earlier) for post in posts[topic.pk]], address)


def _record(topic: Topic, posts: list[dict[str, Any]], address: str) -> dict[str, Any]:
    return {
        "id": topic.pk,
        "url": topic_url(address, topic.pk, topic.slug),
        "kind": topic.kind,
        "title": topic.title,
        "asked_at": topic.created_at.isoformat(),
        "locked": topic.locked,
        "pinned": topic.pinned,
        "hidden": topic.hidden,
        "summary": topic.summary,
        "posts": posts,
    }


def _post(post: Post, address: str, earlier: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": post.pk,
        "url": f"{address}post/{post.pk}/",
        "position": post.position,
        "author": post.shown_author,
        "affiliation": post.author.affiliation if post.author and not post.withheld else "",
        "written_at": post.created_at.isoformat(),
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
        "hidden": post.hidden,
        "held": post.held,
        "accepted": post.accepted_at is not None,
        "text": post.body,
        "files": [attachment.name for attachment in post.attachments.all()],
    }
    if earlier:
        record["earlier"] = [
            {"until": version.replaced_at.isoformat(), "title": version.title, "text": version.body}
            for version in post.versions.all()
        ]
    return record


def as_json(board: BoardPage, records: Iterator[dict[str, Any]]) -> Iterator[str]:
    """One JSON object, piece by piece, so that a long board is never in memory as a whole."""
    head = json.dumps({"version": VERSION, "board": board.title}, ensure_ascii=False)
    yield f'{head[:-1]}, "topics": ['
    for number, record in enumerate(records):
        yield f"{',' if number else ''}\n{json.dumps(record, ensure_ascii=False)}"
    yield "\n]}\n"
