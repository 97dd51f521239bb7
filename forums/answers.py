"""What the page of a topic knows of its answers, and of the member who reads them."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from forums.listings import PostRow
from forums.models import Affected, Post, ReadMark, Topic, shown_name, topic_url
from portal.core import closing
from portal.core.prepared import prepared
from portal.core.references import Link
from portal.core.urlpaths import address_of
from portal.core.viewer import Viewer
from portal.notifications.models import Watch

AcceptedValues = tuple[int, int, datetime | None, int, datetime | None, bool, str]
# The top of a topic names no more accepted answers.
MOST_ACCEPTED = 5
MOST_AGAIN = 10


class AcceptedRow(NamedTuple):
    """An accepted answer, as the top of its topic names it. `author` is "" for somebody who left."""

    pk: int
    position: int
    accepted_at: datetime
    helped_count: int
    outdated_at: datetime | None
    withheld: bool
    author: str

    @property
    def shown_author(self) -> str:
        """The name that everybody may read."""
        return shown_name(self.author, withheld=self.withheld)


class Own(NamedTuple):
    """What one topic is to one member: how far it was read, and whether the member has the problem too and follows it.

    `asked_again`: whether other questions are marked as the same; for a visitor, nobody has looked.
    """

    read: int = 0
    affected: bool = False
    followed: bool = False
    asked_again: bool = True


def own_of(topic: Topic, viewer: Viewer) -> Own:
    """What the topic is to the viewer: one query, none for a visitor. A member is about to be asked what he or she may
    do there, so whether the board stands in a closed section is read along."""
    if viewer.user_id is None:
        return Own()
    for read, affected, followed, asked_again, closed in _own_of(topic.pk, str(topic.pk), viewer.user_id):
        closing.remember(topic.board, closed=closed)
        return Own(read, affected, followed, asked_again)
    return Own()


@prepared
def _own_of(topic_id: int, key: str, member_id: int) -> "QuerySet[Topic, tuple[int, bool, bool, bool, bool]]":
    read = ReadMark.objects.filter(topic=OuterRef("pk"), member=member_id).values("position")
    too = Exists(Affected.objects.filter(topic=OuterRef("pk"), member=member_id))
    followed = Exists(Watch.objects.active().filter(member=member_id, kind="topic", key=key))
    again = Exists(Topic.objects.filter(duplicate_of=OuterRef("pk")))
    closed = closing.closed_above("board__path")
    found = Topic.objects.filter(pk=topic_id).annotate(
        read=Coalesce(Subquery(read), 0), too=too, followed=followed, again=again, closed=closed
    )
    return found.values_list("read", "too", "followed", "again", "closed")


def accepted_of(topic: Topic, shown: list[PostRow]) -> list[AcceptedRow]:
    """The accepted answers of `topic`, those that helped most first: one query, or none if all are among `shown`."""
    if not topic.accepted_count:
        return []
    found = [
        AcceptedRow(row.pk, row.position, row.accepted_at, row.helped_count, row.outdated_at, row.withheld, row.author)
        for row in shown
        if row.accepted_at and not row.hidden
    ]
    if len(found) != topic.accepted_count:
        found = [AcceptedRow._make([*row[:6], row[6] or ""]) for row in _accepted_of(topic.pk)]
    return sorted(found, key=lambda row: (-row.helped_count, row.accepted_at, row.pk))[:MOST_ACCEPTED]


@prepared
def _accepted_of(topic_id: int) -> "QuerySet[Post, AcceptedValues]":
    found = Post.objects.filter(topic=topic_id, accepted_at__isnull=False, hidden=False)
    best = found.order_by("-helped_count", "accepted_at", "pk")[:MOST_ACCEPTED]
    return best.values_list("pk", "position", "accepted_at", "helped_count", "outdated_at", "withheld", "author__name")


def same_questions(topic: Topic, viewer: Viewer, *, asked_again: bool) -> tuple[Link | None, list[Link]]:
    """As what the topic was asked before, and the topics that ask the same as it: a query for each where there are
    any, as far as the viewer may see them."""
    original, again = None, []
    if topic.duplicate_of_id:
        original = next((_link(row) for row in _topics_named(topic.duplicate_of_id, viewer)), None)
    elif asked_again:
        again = [_link(row) for row in _duplicates_of(topic.pk, viewer)]
    return original, again


def _link(row: tuple[int, str, str, str]) -> Link:
    pk, title, slug, board_path = row
    return Link(title, topic_url(address_of(board_path), pk, slug))


@prepared
def _topics_named(topic_id: int, viewer: Viewer) -> "QuerySet[Topic, tuple[int, str, str, str]]":
    return Topic.objects.visible(viewer).filter(pk=topic_id).values_list("pk", "title", "slug", "board__url_path")


@prepared
def _duplicates_of(topic_id: int, viewer: Viewer) -> "QuerySet[Topic, tuple[int, str, str, str]]":
    found = Topic.objects.shown(viewer).filter(duplicate_of=topic_id).order_by("-created_at", "-pk")
    return found.values_list("pk", "title", "slug", "board__url_path")[:MOST_AGAIN]
