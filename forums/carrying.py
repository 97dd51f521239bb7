"""What goes along when posts are split off or topics are merged: how far members have read, who follows, who has the
problem too, what was asked before as which, and what somebody has begun to answer."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone

from forums import drafts
from forums.access import PROBLEMS
from forums.models import Affected, Draft, Post, ReadMark, Topic
from portal.notifications import services as notifications
from portal.notifications.models import Watch

# Where a post stands: its topic, and its position there.
Place = tuple[int, int]
AT_ONCE = 500


def places(topic_ids: Iterable[int]) -> dict[int, Place]:
    """Where each post of the topics stands: one query. Asked before they are moved, for `read_marks`."""
    rows = Post.objects.filter(topic__in=list(topic_ids)).values_list("pk", "topic_id", "position")
    return {pk: (topic_id, position) for pk, topic_id, position in rows}


def read_marks(before: Mapping[int, Place], topic_ids: Sequence[int]) -> None:
    """Let every mark stand before the first post that its member has not read, wherever the posts stood `before`."""
    read: dict[int, dict[int, int]] = defaultdict(dict)
    marks = ReadMark.objects.filter(topic__in=topic_ids)
    for member_id, topic_id, position in marks.values_list("member_id", "topic_id", "position"):
        read[member_id][topic_id] = position
    now = timezone.now()
    after = places(topic_ids)
    made = []
    for topic_id in topic_ids:
        here = sorted((position, before[pk]) for pk, (there, position) in after.items() if there == topic_id)
        unread_from = _first_after(here)
        for member_id, known in read.items():
            if known.keys() & unread_from.keys():
                first = min(_lookup(column, known.get(topic, 0)) for topic, column in unread_from.items())
                position = min(first - 1, len(here))
                made.append(ReadMark(member_id=member_id, topic_id=topic_id, position=position, at=now))
    marks.delete()
    # Who reads on at this moment may have written a mark.
    ReadMark.objects.bulk_create(
        [mark for mark in made if mark.position],
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["member", "topic"],
        update_fields=["position", "at"],
    )


# Behind every position that there is.
_BEHIND = 2**31
# For the posts that came from one topic: their old positions in order, and for each the first new position among it and
# all behind it.
Column = tuple[list[int], list[int]]


def _first_after(here: Sequence[tuple[int, Place]]) -> dict[int, Column]:
    """By the topic from which the posts of one topic came: at which position now begins what stood after a position."""
    columns: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for position, (topic_id, earlier) in here:
        columns[topic_id].append((earlier, position))
    found = {}
    for topic_id, pairs in columns.items():
        pairs.sort()
        firsts = [position for _earlier, position in pairs]
        for place in range(len(firsts) - 2, -1, -1):
            firsts[place] = min(firsts[place], firsts[place + 1])
        found[topic_id] = ([earlier for earlier, _position in pairs], firsts)
    return found


def _lookup(column: Column, read: int) -> int:
    """Where the first unread post of a column stands; behind everything if all of them are read."""
    earlier, firsts = column
    place = bisect_right(earlier, read)
    return firsts[place] if place < len(firsts) else _BEHIND


def into(source: Topic, target: Topic) -> None:
    """Whatever hangs on `source` beside its posts hangs on `target` from now on."""
    notifications.hand_over("topic", str(source.pk), str(target.pk))
    _affected(source, target)
    _duplicates(source, target)
    begun = Draft.objects.filter(place=drafts.answering(target.pk)).values("member")
    moved = Draft.objects.filter(place=drafts.answering(source.pk)).exclude(member__in=begun)
    moved.update(place=drafts.answering(target.pk))


def follow_own(topic: Topic, from_topic: Topic) -> None:
    """Whoever wrote what stands in `topic` now, and follows where it stood, follows it too."""
    following = Watch.objects.active().filter(kind="topic", key=str(from_topic.pk)).values("member")
    authors = topic.posts.filter(author__in=following).order_by().values_list("author", flat=True).distinct()
    notifications.follow_all([pk for pk in authors if pk is not None], "topic", str(topic.pk))


def _affected(source: Topic, target: Topic) -> None:
    """The rows of `source` stay for who takes the merge back; nobody is counted twice."""
    if target.kind not in PROBLEMS:
        return
    members = Affected.objects.filter(topic=source).exclude(member=target.author_id).values_list("member", flat=True)
    Affected.objects.bulk_create(
        [Affected(topic=target, member_id=pk) for pk in members], ignore_conflicts=True, batch_size=AT_ONCE
    )
    Topic.objects.filter(pk=target.pk).update(affected_count=Affected.objects.filter(topic=target).count())


def _duplicates(source: Topic, target: Topic) -> None:
    """What was asked before as `source` was asked before as `target`, or as what that one was asked before as."""
    if target.duplicate_of_id == source.pk:
        Topic.objects.filter(pk=target.pk).update(duplicate_of=None)
        target.duplicate_of = None
    root = target.duplicate_of_id or target.pk
    Topic.objects.filter(duplicate_of=source).exclude(pk=root).update(duplicate_of=root)
