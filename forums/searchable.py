"""What search knows of the forums: topics with all their words, and boards."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from forums.models import BoardPage, Post, Topic
from portal.core.text import plain_text
from portal.core.urlpaths import page_url
from portal.search import registry
from portal.search.contract import Kind, SearchRecord

SUMMARY = 240


def topics() -> Any:
    """Every topic with what its record reads: six queries, however many topics."""
    return Topic.objects.select_related("board__gate").prefetch_related(
        Prefetch("posts", Post.objects.filter(hidden=False).order_by("position").only("topic_id", "html", "position")),
        "concepts",
        "board__concepts",
    )


def topic_record(topic: Topic) -> SearchRecord | None:
    """The record of a topic, or None if it is hidden or its board is not published."""
    gate = getattr(topic.board, "gate", None)
    if topic.hidden or not topic.board.live or gate is None:
        return None
    texts = [plain_text(post.html) for post in topic.posts.all()]
    concepts = {concept.pk for concept in (*topic.concepts.all(), *topic.board.concepts.all())}
    return SearchRecord(
        kind="topic",
        pk=topic.pk,
        title=topic.title,
        url=topic.url,
        audience_id=gate.audience_id,
        summary=texts[0][:SUMMARY] if texts else "",
        body="\n".join(texts),
        language=topic.board.lang,
        concept_ids=tuple(sorted(concepts)),
        facets=(("answered", "yes" if topic.accepted_post_id else "no"),),
        published_at=topic.created_at,
        updated_at=topic.last_post_at,
    )


def boards() -> Any:
    return BoardPage.objects.select_related("gate").prefetch_related("concepts")


def board_record(board: BoardPage) -> SearchRecord | None:
    """The record of a board, or None if it is not published."""
    gate = getattr(board, "gate", None)
    if not board.live or gate is None:
        return None
    return SearchRecord(
        kind="board",
        pk=board.pk,
        title=board.title,
        url=page_url(board),
        audience_id=gate.audience_id,
        summary=board.summary,
        language=board.lang,
        concept_ids=tuple(concept.pk for concept in board.concepts.all()),
        published_at=board.first_published_at,
        updated_at=board.last_published_at,
    )


def topics_of_pages(page_ids: Iterable[int]) -> list[str]:
    """Search keys of the topics whose records read from these boards: their address, audience and being published."""
    return [f"topic:{pk}" for pk in Topic.objects.filter(board__in=list(page_ids)).values_list("pk", flat=True)]


registry.register(Kind("topic", _("Question"), _("Questions"), Topic, topics, topic_record))
registry.register(Kind("board", _("Board"), _("Boards"), BoardPage, boards, board_record))
registry.register_dependants("topic", topics_of_pages)
