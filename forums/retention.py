"""What a board keeps only for a while goes when its time is over, with a row in the trail for each topic."""

import calendar
from datetime import datetime

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forums import things
from forums.models import BoardPage, Post, Topic
from forums.models.boards import SHORTEST_KEPT
from forums.querysets import TopicQuerySet
from portal.core import pagecache
from portal.moderation import trail
from portal.moderation.models import Case
from portal.notifications import services as notifications
from portal.search import services as search

# As many topics are deleted in one transaction.
AT_ONCE = 50


def forget_old() -> str:
    """Delete the topics that no board keeps any longer. For the nightly tick."""
    # Asked again here: what is published is not always what a form has looked at.
    kept_for_a_time = BoardPage.objects.filter(kept_months__gte=SHORTEST_KEPT)
    gone = sum(_forget(board, timezone.now()) for board in kept_for_a_time)
    return f"topics deleted: {gone}" if gone else ""


def _forget(board: BoardPage, now: datetime) -> int:
    before = months_before(now, board.kept_months or 0)
    gone = 0
    while part := list(over(board, before).values_list("pk", flat=True)[:AT_ONCE]):
        gone += sum(_delete(pk, board, before) for pk in part)
    return gone


def over(board: BoardPage, before: datetime) -> TopicQuerySet:
    """The topics of `board` in which nothing was said since, and which no open case is about."""
    return Topic.objects.filter(board=board, last_post_at__lt=before, merged_into=None).exclude(_under_a_case())


def _under_a_case() -> Exists:
    """Whether an open case is about the topic of the outer query, or about one of its posts."""
    posts = Post.objects.filter(topic=OuterRef(OuterRef("pk"))).annotate(key=Cast("pk", CharField()))
    opened = Case.objects.open()
    about_topic = opened.filter(kind=things.TOPIC, key=Cast(OuterRef("pk"), CharField()))
    about_post = opened.filter(kind=things.POST, key__in=Subquery(posts.values("key")))
    return Exists(about_topic) | Exists(about_post)  # type: ignore[return-value]


@transaction.atomic
def _delete(pk: int, board: BoardPage, before: datetime) -> int:
    """Look once more, now that nobody else can write to it, and delete. 1, or 0 if it is to stay after all."""
    Topic.objects.select_for_update().filter(pk=pk).first()
    topic = over(board, before).filter(pk=pk).select_related("board").first()
    if topic is None:
        return 0
    trail.record("forums.retention", None, things.of_topic(topic), data={"posts": topic.post_count})
    # What was merged into it has no posts of its own, and would have no address to lead to.
    merged = list(Topic.objects.filter(merged_into=topic).values_list("pk", flat=True))
    asked_again = list(Topic.objects.filter(duplicate_of=topic).values_list("pk", flat=True))
    topic.delete()
    Topic.objects.filter(pk__in=merged).delete()
    notifications.forget("topic", str(pk))
    search.index("topic", [pk, *asked_again])
    pagecache.bump()
    return 1


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months earlier, or the last day of a shorter month."""
    whole = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(whole, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


KEPT = _("Deleted: the board keeps topics for a time only")
trail.register(trail.ActName("forums.retention", KEPT, tells=False, needs_reason=False))
trail.register(trail.ActName("forums.export", _("Record taken"), tells=False, needs_reason=False))
