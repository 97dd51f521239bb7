"""What search knows of the forums: topics, each with its posts, and boards.

A post is a part of its topic: a hit is the topic, and shows the post in which the words stand, or beside which the file
with them does. The most useful topics are those with an accepted answer and many answers; the most useful boards, those
where most questions were solved.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forums.accepting import SHOWN
from forums.models import Attachment, BoardPage, Post, Topic, post_url
from portal.core.text import plain_text
from portal.core.urlpaths import page_url
from portal.search import facets, registry
from portal.search.contract import Kind, Passage, SearchRecord

ANSWERED = "answered"
# Points of usefulness: an accepted answer, each of so many answers at most, each solved question of a board.
ACCEPTED, ANSWER, SOLVED = 500, 50, 20
MOST_ANSWERS = 10


def topics() -> Any:
    """Every topic with what its record reads: five queries, however many topics."""
    posts = Post.objects.filter(hidden=False).order_by("position").only("topic_id", "html", "position", "accepted_at")
    # The names of pictures say nothing, and the words in them nobody reads.
    files = Attachment.objects.exclude(media_type__in=SHOWN).order_by("pk").select_related("read_text")
    beside = Prefetch("attachments", files.only("post_id", "name", "read_text__text"))
    return Topic.objects.select_related("board__gate").prefetch_related(
        Prefetch("posts", posts.prefetch_related(beside)),
        "concepts",
        "board__concepts",
    )


def topic_record(topic: Topic) -> SearchRecord | None:
    """The record of a topic, or None if it is hidden or its board is not published."""
    gate = getattr(topic.board, "gate", None)
    if topic.hidden or not topic.board.live or gate is None:
        return None
    url = topic.url
    posts = list(topic.posts.all())
    answers = sum(post.position > 1 for post in posts)
    concepts = {concept.pk for concept in (*topic.concepts.all(), *topic.board.concepts.all())}
    return SearchRecord(
        kind="topic",
        pk=topic.pk,
        title=topic.title,
        url=url,
        audience_id=gate.audience_id,
        language=topic.board.lang,
        source=topic.board.title,
        concept_ids=tuple(sorted(concepts)),
        label="" if topic.is_question else str(topic.get_kind_display()),
        facets=tuple(_answered(topic, answers)) if topic.is_question else (),
        published_at=topic.created_at,
        updated_at=topic.last_post_at,
        passages=(*(_passage(topic, post, url) for post in posts), *_files(posts, url)),
        usefulness=(ACCEPTED if topic.accepted_count else 0) + min(answers, MOST_ANSWERS) * ANSWER,
    )


def _passage(topic: Topic, post: Post, topic_url: str) -> Passage:
    if not topic.is_question:
        label = str(topic.get_kind_display()) if post.position == 1 else gettext("Reply")
    elif post.position == 1:
        label = gettext("Question")
    else:
        label = gettext("Accepted answer") if post.accepted_at else gettext("Answer")
    return Passage(plain_text(post.html), post_url(topic_url, post.pk, post.position), label)


def _files(posts: Sequence[Post], topic_url: str) -> Iterable[Passage]:
    """The files behind all posts, because of a long record the end is left out: all names, then the words of those that
    are read. They lead to their post, where it is said what they are."""
    texts: list[Passage] = []
    for post in posts:
        for file in post.attachments.all():
            label = gettext("File beside a post: %(name)s") % {"name": file.name}
            here = post_url(topic_url, post.pk, post.position)
            yield Passage(file.name, here, label)
            if hasattr(file, "read_text"):
                texts.append(Passage(file.read_text.text, here, label))
    yield from texts


def _answered(topic: Topic, answers: int) -> Iterable[tuple[str, str]]:
    yield ANSWERED, "yes" if answers else "no"
    if topic.accepted_count:
        yield ANSWERED, "accepted"


def _answered_label(value: str) -> str:
    labels = {
        "yes": gettext("Answered"),
        "accepted": gettext("With an accepted answer"),
        "no": gettext("Not answered yet"),
    }
    return labels.get(value, "")


def boards() -> Any:
    solved = Count("topics", filter=Q(topics__hidden=False, topics__accepted_count__gt=0))
    return BoardPage.objects.select_related("gate").prefetch_related("concepts").annotate(solved=solved)


def board_record(board: Any) -> SearchRecord | None:
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
        usefulness=board.solved * SOLVED,
    )


def topics_of_pages(page_ids: Iterable[int]) -> list[str]:
    """Search keys of the topics whose records read from these boards: their address, audience and being published."""
    return [f"topic:{pk}" for pk in Topic.objects.filter(board__in=list(page_ids)).values_list("pk", flat=True)]


registry.register(Kind("topic", _("Forum topic"), _("Forum topics"), Topic, topics, topic_record))
registry.register(Kind("board", _("Board"), _("Boards"), BoardPage, boards, board_record))
facets.register(ANSWERED, _("Answers"), _answered_label)
registry.register_dependants("topic", topics_of_pages)
