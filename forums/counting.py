"""The counters of topics, and the tallies of boards that the index of boards shows, however many topics there are.

A topic says in which tally it stands. Whoever writes that down changes the tally by the difference in the same
transaction, so that a tally is always the number of topics that say so; whether they say what they should is compared
after every change of a topic, unless it only grows, and of all topics every night.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count, F, Q

from forums.models import BoardPage, BoardTally, Post, Topic
from portal.core import pagecache
from portal.search import services as search

# What a new post changes.
GROWING = ("post_count", "reply_count", "last_post_at", "tallied_on", "tallied_waiting")
COUNTERS = (*GROWING, "accepted_count")
AT_ONCE = 200


def count(topic_ids: Sequence[int]) -> None:
    """Set the counters of these topics right, in the transaction that changed them or their posts."""
    wrong: list[Topic] = []
    for start in range(0, len(topic_ids), AT_ONCE):
        wrong += Topic.objects.filter(pk__in=topic_ids[start : start + AT_ONCE]).miscounted()
    _set_right(wrong)


def add(post: Post, topic: Topic) -> None:
    """Count `post`, the newest of `topic`, which nobody else can write to: what was right stays so, unread."""
    if post.created_at < topic.last_post_at:
        # Written down after others that are younger.
        count([topic.pk])
        return
    topic.post_count += 1
    if not post.hidden:
        topic.reply_count += not post.is_question
        topic.last_post_at = post.created_at
    changes = _tallied([topic])
    Topic.objects.filter(pk=topic.pk).update(**{name: getattr(topic, name) for name in GROWING})
    _change(changes)


@transaction.atomic
def recount() -> int:
    """Set every wrong counter right, tell search and end the stored pages; how many topics were wrong."""
    wrong = list(Topic.objects.miscounted().select_for_update(of=("self",)).order_by("pk"))
    if wrong:
        _set_right(wrong)
        search.index("topic", [topic.pk for topic in wrong])
        pagecache.bump()
    return len(wrong)


@transaction.atomic
def recount_boards() -> int:
    """Let every tally be the number of topics that say they stand in it; how many were wrong."""
    boards = BoardPage.objects.values_list("pk", flat=True)
    BoardTally.objects.bulk_create([BoardTally(board_id=pk) for pk in boards], ignore_conflicts=True)
    # Locked before the topics are counted: whoever changes a topic now changes the tally afterwards.
    kept = list(BoardTally.objects.select_for_update().order_by("board"))
    numbers = (
        Topic.objects.order_by()
        .values("tallied_on")
        .annotate(topics=Count("pk"), waiting=Count("pk", filter=Q(tallied_waiting=True)))
    )
    real = {row["tallied_on"]: (row["topics"], row["waiting"]) for row in numbers}
    wrong = [tally for tally in kept if (tally.topics, tally.waiting) != real.get(tally.board_id, (0, 0))]
    for tally in wrong:
        tally.topics, tally.waiting = real.get(tally.board_id, (0, 0))
    BoardTally.objects.bulk_update(wrong, ("topics", "waiting"))
    if wrong:
        pagecache.bump()
    return len(wrong)


def forget(topic: Topic) -> None:
    """A topic goes, and leaves the tally in which it stands now, whatever `topic` remembers. What was asked before as
    this one is a question of its own again, which may wait for an answer."""
    asked_again = list(Topic.objects.filter(duplicate_of=topic.pk).values_list("pk", flat=True))
    if asked_again:
        Topic.objects.filter(pk__in=asked_again).update(duplicate_of=None)
        count(asked_again)
    for board_id, waiting in (
        Topic.objects.select_for_update().filter(pk=topic.pk).values_list("tallied_on", "tallied_waiting")
    ):
        _change({board_id: [-1, -int(waiting)]})


def _set_right(wrong: Sequence[Topic]) -> None:
    """Write what `TopicQuerySet.miscounted` found."""
    for topic in wrong:
        topic.post_count = topic.real_posts  # type: ignore[attr-defined]
        topic.reply_count = topic.real_replies  # type: ignore[attr-defined]
        topic.accepted_count = topic.real_accepted  # type: ignore[attr-defined]
        topic.last_post_at = topic.real_last  # type: ignore[attr-defined]
    changes = _tallied(wrong)
    Topic.objects.bulk_update(wrong, COUNTERS, batch_size=AT_ONCE)
    _change(changes)


def _tallied(topics: Iterable[Topic]) -> dict[int, list[int]]:
    """Let the topics say in which tallies they are to stand; by how many the topics and the waiting of each grow."""
    changes: dict[int, list[int]] = {}
    for topic in topics:
        _add(topic, -1, changes)
        topic.tallied_on, topic.tallied_waiting = 0 if topic.hidden else topic.board_id, topic.waits
        _add(topic, 1, changes)
    return changes


def _add(topic: Topic, number: int, changes: dict[int, list[int]]) -> None:
    change = changes.setdefault(topic.tallied_on, [0, 0])
    change[0] += number
    change[1] += number * topic.tallied_waiting


def _change(changes: dict[int, list[int]]) -> None:
    """Add to the tallies of these boards, in one order, whoever else does so at the same moment."""
    for board_id, (topics, waiting) in sorted(changes.items()):
        if not board_id or not (topics or waiting):
            continue
        more = {"topics": F("topics") + topics, "waiting": F("waiting") + waiting}
        tally = BoardTally.objects.filter(board=board_id)
        if not tally.update(**more) and topics > 0:
            BoardTally.objects.get_or_create(board_id=board_id)
            tally.update(**more)
