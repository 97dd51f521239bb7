"""What was said, for the files: a topic or a board as data, with what is hidden marked as such. For moderators, and for
those who run the section of the board."""

import json
from collections.abc import Iterator
from typing import Any

from forums.models import BoardPage, Post, Topic

TOPICS_AT_ONCE = 100
VERSION = 1


def of_board(board: BoardPage) -> Iterator[dict[str, Any]]:
    """The records of the topics of `board`, by age; four queries for each hundred of them."""
    found = Topic.objects.filter(board=board, merged_into=None).select_related("author").order_by("pk")
    after = 0
    while part := list(found.filter(pk__gt=after)[:TOPICS_AT_ONCE]):
        yield from _records(part)
        after = part[-1].pk


def of_topic(topic: Topic) -> dict[str, Any]:
    """The record of one topic."""
    return next(_records([topic]))


def _records(topics: list[Topic]) -> Iterator[dict[str, Any]]:
    posts: dict[int, list[Post]] = {topic.pk: [] for topic in topics}
    rows = Post.objects.filter(topic__in=topics).select_related("author").prefetch_related("versions", "attachments")
    for post in rows.order_by("topic", "position"):
        posts[post.topic_id].append(post)
    for topic in topics:
        yield _record(topic, posts[topic.pk])


def _record(topic: Topic, posts: list[Post]) -> dict[str, Any]:
    return {
        "id": topic.pk,
        "kind": topic.kind,
        "title": topic.title,
        "asked_at": topic.created_at.isoformat(),
        "locked": topic.locked,
        "hidden": topic.hidden,
        "summary": topic.summary,
        "posts": [_post(post) for post in posts],
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "id": post.pk,
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
        "earlier": [
            {"until": version.replaced_at.isoformat(), "title": version.title, "text": version.body}
            for version in post.versions.all()
        ],
    }


def as_json(board: BoardPage, records: Iterator[dict[str, Any]]) -> Iterator[str]:
    """One JSON object, piece by piece, so that a long board is never in memory as a whole."""
    head = json.dumps({"version": VERSION, "board": board.title}, ensure_ascii=False)
    yield f'{head[:-1]}, "topics": ['
    for number, record in enumerate(records):
        yield f"{',' if number else ''}\n{json.dumps(record, ensure_ascii=False)}"
    yield "\n]}\n"
