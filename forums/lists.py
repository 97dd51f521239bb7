"""Lists of topics, a page at a time, of one board or of all.

A page begins after a topic, not at a number: it is named by the last post and the id of the topic before it. What is
written in the meantime comes first on the first page, so who reads on meets no topic twice and misses none; and page
one thousand costs what page one costs. No list says how many topics there are, which only counting all could tell.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from forums.listings import TOPICS_ON_A_PAGE, TopicRow, TopicValues, rows_of, topic_values
from forums.models import Topic
from forums.querysets import Show, TopicQuerySet
from portal.core.prepared import prepared
from portal.core.viewer import Viewer

_KEY = re.compile(r"(p?)(\d{1,17})-(\d{1,18})", re.ASCII)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Of `pinned=False` Django makes a NOT, by which no index can be entered.
_UNPINNED = Q(pinned__in=[False])


class Key(NamedTuple):
    """The place of a topic in a list. Pinned topics stand first on their board."""

    pinned: bool
    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{'p' if self.pinned else ''}{(self.at - _BEGINNING) // _MICROSECOND}-{self.pk}"


class Edge(Enum):
    """Where a page begins, or ends."""

    START = "start"
    AFTER_PINNED = "after pinned"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which topics: of a board or of all, which of them, about a concept or any."""

    show: Show = Show.ALL
    board_id: int | None = None
    concept_id: int | None = None


@dataclass(slots=True)
class Listed:
    """One page of a list; `newer` and `older` are what the address says of the pages beside it, "" where none is."""

    rows: list[TopicRow]
    newer: str = ""
    older: str = ""


def key_of(text: str) -> Key | None:
    """The key that an address holds; None for any other text."""
    found = _KEY.fullmatch(text)
    if found is None:
        return None
    return Key(bool(found[1]), _BEGINNING + int(found[2]) * _MICROSECOND, int(found[3]))


def page(asked: Asked, viewer: Viewer, *, after: str = "", before: str = "") -> Listed:
    """The visible topics that are asked for: those after a key, those before one, or the first. Two queries with their
    chips."""
    end = key_of(before)
    if end is not None and not end.pinned:
        found = _values(asked, viewer, Edge.BEFORE, end)[::-1]
        # With nothing newer than these, they are the first page, on which the pinned stand too.
        if len(found) > TOPICS_ON_A_PAGE:
            shown = rows_of(found[1:])
            return Listed(shown, newer=_link("before", shown[0]), older=_link("after", shown[-1]))
    start = key_of(after)
    edge = Edge.START if start is None else Edge.AFTER_PINNED if start.pinned else Edge.AFTER
    found = _values(asked, viewer, edge, start)
    shown = rows_of(found[:TOPICS_ON_A_PAGE])
    older = _link("after", shown[-1]) if len(found) > TOPICS_ON_A_PAGE else ""
    return Listed(shown, newer=_newer(shown, start), older=older)


def _newer(shown: list[TopicRow], start: Key | None) -> str:
    if start is None:
        return ""
    return _link("before", shown[0]) if shown else urlencode({"before": str(start)})


def _link(name: str, row: TopicRow) -> str:
    return urlencode({name: str(Key(row.pinned, row.last_post_at, row.pk))})


def _values(asked: Asked, viewer: Viewer, edge: Edge, key: Key | None) -> list[TopicValues]:
    at, pk = (key.at, key.pk) if key else (None, None)
    return _page(asked.board_id, asked.concept_id, asked.show, viewer, edge, at, pk)


@prepared
def _page(
    board_id: int | None,
    concept_id: int | None,
    show: Show,
    viewer: Viewer,
    edge: Edge,
    at: datetime | None,
    pk: int | None,
) -> "QuerySet[Topic, TopicValues]":
    if board_id is not None:
        found = Topic.objects.visible(viewer).filter(board=board_id)
    else:
        found = Topic.objects.visible_in_order(viewer)
    if concept_id is not None:
        found = found.about(concept_id)
    found = _SHOWN[show](found, viewer)
    pinned_first = board_id is not None and concept_id is None and show is Show.ALL
    cut = _cut(found, edge, at, pk, pinned_first=pinned_first)
    if board_id is None:
        # Chosen before they are joined with their boards: the other way, SQLite reads all topics of every board.
        chosen = cut.values("pk")[: TOPICS_ON_A_PAGE + 1]
        return topic_values(Topic.objects.filter(pk__in=chosen).order_by(*cut.query.order_by))
    return topic_values(cut[: TOPICS_ON_A_PAGE + 1])


_SHOWN: dict[Show, Callable[[TopicQuerySet, Viewer], TopicQuerySet]] = {
    Show.ALL: lambda found, viewer: found,
    Show.UNANSWERED: lambda found, viewer: found.waiting(),
    Show.SOLVED: lambda found, viewer: found.solved(),
    Show.FOLLOWING: lambda found, viewer: found.followed_by(viewer),
}


def _cut(found: TopicQuerySet, edge: Edge, at: Any, pk: Any, *, pinned_first: bool) -> TopicQuerySet:
    """The topics on the asked side of a key, the nearest to it first."""
    first = ("-pinned",) if pinned_first else ()
    # The bound is said twice, because an index can be entered by one moment but not by this or that.
    older = Q(last_post_at__lte=at) & (Q(last_post_at__lt=at) | Q(pk__lt=pk)) if at else Q()
    if edge is Edge.BEFORE:
        newer = Q(last_post_at__gte=at) & (Q(last_post_at__gt=at) | Q(pk__gt=pk))
        narrowed = found.filter(newer, _UNPINNED) if pinned_first else found.filter(newer)
        return narrowed.order_by("last_post_at", "pk")
    if edge is Edge.AFTER:
        found = found.filter(older, _UNPINNED) if pinned_first else found.filter(older)
    elif edge is Edge.AFTER_PINNED:
        found = found.filter(_UNPINNED | older) if pinned_first else found.filter(older)
    return found.order_by(*first, "-last_post_at", "-pk")
