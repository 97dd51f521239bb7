"""How far members have read. Written after a page has been sent, and only when it moves; a mark goes back where
something is shown late."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import DatabaseError, connection, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.utils import timezone

from forums.models import BoardPage, CaughtUp, Post, ReadMark
from portal.accounts.models import User

log = logging.getLogger(__name__)

# One statement, which two pages read at the same moment may both send: the mark only moves forward.
_MOVE = """
INSERT INTO forums_readmark (member_id, topic_id, position, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (member_id, topic_id) DO UPDATE SET position = excluded.position, at = excluded.at
WHERE forums_readmark.position < excluded.position
"""


def read_up_to(member_id: int, topic_id: int, position: int) -> bool:
    """The member has read the topic up to this post. False if he or she had read as far before."""
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [member_id, topic_id, position, at])
        return cursor.rowcount > 0


def read_when_sent(response: HttpResponse, member_id: int, topic_id: int, position: int) -> None:
    """The same once the reader has the page. A mark that cannot be written is made by the next visit."""

    def write() -> None:
        try:
            read_up_to(member_id, topic_id, position)
        except DatabaseError as error:
            log.warning("How far a member has read could not be written: %s", type(error).__name__)

    # Django runs these when the answer has been sent, and closes the connection to the database after them.
    response._resource_closers.append(write)  # type: ignore[attr-defined]


def shown_late(post_ids: Iterable[int], *, by: User | None = None, since: datetime | None = None) -> int:
    """Let these posts, which can be seen only now, be new to their readers: marks that stand behind one of them go back
    to before it, but for its author's, and that of `by`, who has just seen it. How many did: one statement.

    `since` is when they were hidden: who had read as far before then has read them.
    """
    others = ~Q(author=OuterRef("member")) | Q(author=None)
    late = Post.objects.filter(others, pk__in=list(post_ids), topic=OuterRef("topic")).order_by("position")
    behind = ReadMark.objects.annotate(first=Subquery(late.values("position")[:1])).filter(position__gte=F("first"))
    if since is not None:
        behind = behind.filter(at__gte=since)
    topics = Post.objects.filter(pk__in=list(post_ids)).values("topic")
    return behind.filter(topic__in=topics).exclude(member=by).update(position=F("first") - 1)


@transaction.atomic
def catch_up(member_id: int, board: BoardPage | None, at: datetime | None = None) -> bool:
    """Everything on `board`, or on all boards, counts as read by the member. False if that was so at that moment.

    The marks in topics that were last alive before then say nothing more, so they go.
    """
    at = at or timezone.now()
    row, made = CaughtUp.objects.select_for_update().get_or_create(
        member_id=member_id, board=board, defaults={"at": at}
    )
    moved = made or bool(CaughtUp.objects.filter(pk=row.pk, at__lt=at).update(at=at))
    if moved:
        there = Q() if board is None else Q(topic__board=board)
        ReadMark.objects.filter(there, member=member_id, topic__last_post_at__lte=at).delete()
        if board is None:
            CaughtUp.objects.filter(member=member_id, at__lte=at).exclude(board=None).delete()
    return moved
