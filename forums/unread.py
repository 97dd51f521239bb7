"""What a member has not read. A topic is new to a member by the posts of others that stand after the member's mark in
it and that were written after the member was caught up: on joining, on this board, or on all of them."""

from typing import Any

from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from forums.listings import TopicRow
from forums.models import CaughtUp, Post, ReadMark, Topic, post_url
from portal.accounts.models import User
from portal.core.prepared import prepared
from portal.core.viewer import Viewer

UnreadValues = tuple[int, int, int, int]


def mark_rows(rows: list[TopicRow], viewer: Viewer) -> None:
    """Say on each row how many posts are new to the viewer, with the address of the first: one query, none for a
    visitor."""
    if viewer.user_id is None or not rows:
        return
    found = {row[0]: row[1:] for row in _unread_among([row.pk for row in rows], viewer.user_id)}
    for row in rows:
        if row.pk in found:
            row.new, pk, position = found[row.pk]
            row.new_url = post_url(row.url, pk, position)


def caught_up(member_id: int, board: OuterRef) -> Greatest:
    """The moment before which everything on the board counts as read."""

    def own(rows: QuerySet[Any]) -> Coalesce:
        return Coalesce(Subquery(rows.values("at")), _joined(member_id))

    marks = CaughtUp.objects.filter(member=member_id)
    return Greatest(own(marks.filter(board=board)), own(marks.filter(board=None)), _joined(member_id))


def _joined(member_id: int) -> Subquery:
    return Subquery(User.objects.filter(pk=member_id).values("date_joined"), output_field=models.DateTimeField())


@prepared
def _unread_among(topic_ids: list[int], member_id: int) -> "QuerySet[Topic, UnreadValues]":
    """(topic, how many posts are new, the first of them, its position) of those that have any."""
    read = ReadMark.objects.filter(topic=OuterRef("pk"), member=member_id).values("position")
    found = Topic.objects.filter(pk__in=topic_ids).annotate(
        read=Coalesce(Subquery(read), Value(0)), since=caught_up(member_id, OuterRef("board"))
    )
    new = Post.objects.filter(topic=OuterRef("pk"), hidden=False, position__gt=OuterRef("read"))
    new = new.filter(~Q(author=member_id) | Q(author=None), created_at__gt=OuterRef("since"))
    first = new.order_by("position")
    number = new.order_by().values("topic").annotate(number=Count("pk")).values("number")
    return (
        found.filter(last_post_at__gt=F("since"))
        .annotate(
            new=Subquery(number), first=Subquery(first.values("pk")[:1]), place=Subquery(first.values("position")[:1])
        )
        .filter(new__gt=0)
        .values_list("pk", "new", "first", "place")
    )
