"""The rows that the forums' pages show, read as plain values: twenty cost two queries, not twenty objects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from wagtail.models import Page

from forums import drafts, forwarding
from forums.models import Attachment, BoardPage, Draft, ForumIndexPage, Helped, Post, Topic, shown_name, topic_url
from forums.querysets import TopicQuerySet
from portal.accounts.models import Affiliation
from portal.core.labels import label_of
from portal.core.markup import ago
from portal.core.prepared import prepared
from portal.core.urlpaths import address_of
from portal.core.viewer import Viewer
from portal.search.contract import Hit

_BOARD_PATH = "board__url_path"
TopicValues = tuple[Any, ...]
PostValues = tuple[Any, ...]
_OF_POSTS = (
    "pk", "position", "html", "created_at", "edited_at", "hidden", "held", "author_id",
    "author__name", "author__affiliation", "author__organisation", "withheld",
    "accepted_at", "helped_count", "outdated_at", "mine", "forward", "filed",
)  # fmt: skip
TOPICS_ON_A_PAGE = 20
# No page shows more questions that wait.
MOST_WAITING = 12
# What a working group's page, and its leads' desk, show of the questions below it.
MOST_IN_SECTION = 5
MOST_WAITING_IN_SECTION = 10


@dataclass(slots=True)
class TopicRow:
    """One topic in a list; `active` says how long ago somebody wrote last, as markup. `kind` is "" for a question.

    `new` counts the posts that the viewer has not read, and `new_url` leads to the first of them.
    """

    pk: int
    title: str
    url: str
    board_title: str
    board_url: str
    reply_count: int
    solved: bool
    pinned: bool
    locked: bool
    hidden: bool
    created_at: datetime
    last_post_at: datetime
    active: str
    author: str
    affiliation: str
    kind: str = ""
    held: bool = False
    new: int = 0
    new_url: str = ""
    chips: list[tuple[str, str]] = field(default_factory=list)


class PostRow(NamedTuple):
    """One post of a topic. `author` is "" for somebody who left. With the first post of a page comes what its reader
    has begun to answer, because a page of posts has no query to spare."""

    pk: int
    position: int
    html: str
    created_at: datetime
    edited_at: datetime | None
    hidden: bool
    held: bool
    author_id: int | None
    author: str
    works_for: str
    affiliation: str
    organisation: str
    withheld: bool
    accepted_at: datetime | None
    helped_count: int
    outdated_at: datetime | None
    helped_me: bool
    put_forward: str
    has_files: bool
    draft: str | None = None


@dataclass(slots=True)
class BoardRow:
    """A board on the index with what is alive on it."""

    title: str
    url: str
    summary: str
    group: str
    topics: int
    waiting: int
    latest: TopicRow | None = None


def topic_rows(topics: TopicQuerySet, *, chips: bool = True) -> list[TopicRow]:
    """The rows of `topics` (already narrowed, ordered and sliced): two queries with their chips, one without."""
    return rows_of(topic_values(topics), chips=chips)


def rows_in_order(pks: list[int], viewer: Viewer, *, chips: bool = True) -> list[TopicRow]:
    """The rows of the visible ones among these topics, in the order given: two queries with their chips."""
    found = {row.pk: row for row in rows_of(_visible(pks, viewer), chips=chips)}
    return [found[pk] for pk in pks if pk in found]


def rows_of_hits(hits: Sequence[Hit], viewer: Viewer) -> list[TopicRow]:
    """The rows of what search found, with the chips that it has brought: one query."""
    chips = {hit.pk: list(hit.chips) for hit in hits}
    rows = rows_in_order(list(chips), viewer, chips=False)
    for row in rows:
        row.chips = chips[row.pk]
    return rows


@prepared
def _visible(pks: list[int], viewer: Viewer) -> "QuerySet[Topic, TopicValues]":
    return topic_values(Topic.objects.visible(viewer).filter(pk__in=pks))


def topic_values(topics: TopicQuerySet) -> "QuerySet[Topic, TopicValues]":
    """What `_topic_row` takes, of each of `topics`."""
    return topics.values_list(
        "pk", "title", "slug", "board__title", _BOARD_PATH, "reply_count", "accepted_count", "pinned", "locked",
        "hidden", "created_at", "last_post_at", "author__name", "author__affiliation", "kind", "withheld",
        "held",
    )  # fmt: skip


def rows_of(values: Iterable[TopicValues], *, chips: bool = True) -> list[TopicRow]:
    """The rows of what `topic_values` read: one query for their chips, or none."""
    rows = [_topic_row(*value) for value in values]
    if chips and rows:
        tagged = chips_of([row.pk for row in rows])
        for row in rows:
            row.chips = tagged.get(row.pk, [])
    return rows


def _topic_row(
    pk: int,
    title: str,
    slug: str,
    board_title: str,
    board_path: str,
    reply_count: int,
    accepted_count: int,
    *rest: Any,
) -> TopicRow:
    pinned, locked, hidden, created_at, last_post_at, author, affiliation, kind, withheld, held = rest
    board_url = address_of(board_path)
    return TopicRow(
        pk=pk,
        title=title,
        url=topic_url(board_url, pk, slug),
        board_title=board_title,
        board_url=board_url,
        reply_count=reply_count,
        solved=accepted_count > 0,
        pinned=pinned,
        locked=locked,
        hidden=hidden,
        created_at=created_at,
        last_post_at=last_post_at,
        active=ago(last_post_at),
        author=shown_name(author, withheld=withheld),
        affiliation="" if withheld else label_of(Affiliation, affiliation),
        kind="" if kind == Topic.Kind.QUESTION else label_of(Topic.Kind, kind),
        held=held,
    )


def chips_of(topic_ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """(title, address) of the concepts of each topic that has any: one query."""
    chips: dict[int, list[tuple[str, str]]] = {}
    for topic_id, title, slug in _concepts_of(topic_ids):
        chips.setdefault(topic_id, []).append((title, f"/glossary/{slug}/"))
    return chips


@prepared
def _concepts_of(topic_ids: list[int]) -> "QuerySet[Any, tuple[int, str, str]]":
    tagged = Topic.concepts.through.objects.filter(topic_id__in=topic_ids).order_by("concept__title")
    return tagged.values_list("topic_id", "concept__title", "concept__slug")


def post_rows(topic: Topic, first: int, last: int, viewer: Viewer) -> list[PostRow]:
    """The posts at positions `first` to `last`, hidden ones too, and with the first the viewer's draft: one query."""
    if viewer.is_member:
        rows = _posts_and_draft(topic.pk, first, last, drafts.answering(topic.pk), viewer.user_id or 0)
    else:
        rows = [(*row, None) for row in _posts_between(topic.pk, first, last, 0)]
    return [
        PostRow._make([*row[:8], row[8] or "", row[9] or "", label_of(Affiliation, row[9]), row[10] or "", *row[11:]])
        for row in rows
    ]


@prepared
def _posts_between(topic_id: int, first: int, last: int, member_id: int) -> "QuerySet[Post, PostValues]":
    return _posts(topic_id, first, last, member_id).values_list(*_OF_POSTS)


@prepared
def _posts_and_draft(topic_id: int, first: int, last: int, place: str, member_id: int) -> "QuerySet[Post, PostValues]":
    kept = Subquery(Draft.objects.filter(member=member_id, place=place).values("body"))
    draft = Case(When(position=first, then=kept), default=Value(""), output_field=TextField())
    return _posts(topic_id, first, last, member_id).annotate(draft=draft).values_list(*_OF_POSTS, "draft")


def _posts(topic_id: int, first: int, last: int, member_id: int) -> "QuerySet[Any]":
    found = Post.objects.filter(topic=topic_id, position__gte=first, position__lte=last).order_by("position")
    mine = Exists(Helped.objects.filter(post=OuterRef("pk"), member=member_id))
    filed = Exists(Attachment.objects.filter(post=OuterRef("pk")))
    return found.annotate(mine=mine, forward=forwarding.noted(), filed=filed)


def board_rows(index: ForumIndexPage, viewer: Viewer) -> list[BoardRow]:
    """The visible boards under `index` with their counts and latest topic: two queries, however many boards.

    Hidden topics count for nobody, so that the numbers are the same for all who see the board.
    """
    boards = _boards_below(*paths_below(index), index.depth + 1, viewer)
    newest_there = [pk for *_board, pinned, other in boards for pk in (pinned, other) if pk is not None]
    found = sorted(rows_of(_visible(newest_there, viewer), chips=False), key=lambda row: (row.last_post_at, row.pk))
    latest = {row.board_url: row for row in found}
    return [
        BoardRow(title, address_of(path), summary, group, topics or 0, waiting or 0, latest.get(address_of(path)))
        for title, path, summary, group, topics, waiting, _pinned, _other in boards
    ]


@prepared
def _boards_below(first: str, last: str, depth: int, viewer: Viewer) -> "QuerySet[BoardPage, tuple[Any, ...]]":
    """With the newest pinned and the newest other topic of each board: two look-ups, by its index. Asked of every
    topic, the newest of its board is the square of their number; and who asks for their rows at once reads them all."""
    # Of `pinned=False` Django makes a NOT, by which no index can be entered.
    pinned, other = (
        Topic.objects.filter(board=OuterRef("pk"), hidden=False, pinned__in=[value]).newest_activity().values("pk")[:1]
        for value in (True, False)
    )
    found = BoardPage.objects.visible(viewer).filter(path__gte=first, path__lte=last, depth=depth)
    return found.order_by("group", "order", "title").values_list(
        "title", "url_path", "summary", "group", "tally__topics", "tally__waiting", Subquery(pinned), Subquery(other)
    )


def waiting(viewer: Viewer, limit: int = 5, *, chips: bool = True) -> list[TopicRow]:
    """Visible questions without an answer, newest first: two queries, or one without chips."""
    return rows_of(_waiting(viewer)[:limit], chips=chips)


@prepared
def _waiting(viewer: Viewer) -> "QuerySet[Topic, TopicValues]":
    return topic_values(Topic.objects.visible_in_order(viewer).waiting().newest_activity()[:MOST_WAITING])


def of_section(page: Page, viewer: Viewer) -> list[TopicRow]:
    """The visible questions of the boards below `page` that were last alive, the newest first: one query."""
    return rows_of(_newest_between(*paths_below(page), viewer), chips=False)


@prepared
def _newest_between(first: str, last: str, viewer: Viewer) -> "QuerySet[Topic, TopicValues]":
    found = Topic.objects.shown(viewer).below(first, last)
    return topic_values(found.newest_activity()[:MOST_IN_SECTION])


def waiting_in(page: Page, viewer: Viewer) -> list[TopicRow]:
    """Visible questions below `page` without an answer, oldest first: one query."""
    return rows_of(_waiting_between(*paths_below(page), viewer), chips=False)


@prepared
def _waiting_between(first: str, last: str, viewer: Viewer) -> "QuerySet[Topic, TopicValues]":
    found = Topic.objects.visible(viewer).below(first, last).waiting()
    return topic_values(found.order_by("created_at", "pk")[:MOST_WAITING_IN_SECTION])


def waiting_below(paths: Sequence[str], viewer: Viewer) -> dict[str, int]:
    """How many visible questions without an answer stand below each of the tree paths: one query."""
    names = {f"section_{place}": path for place, path in enumerate(paths)}
    counted = (
        Topic.objects.visible(viewer)
        .waiting()
        .aggregate(**{name: Count("pk", filter=Q(board__path__startswith=path)) for name, path in names.items()})
    )
    return {path: counted[name] for name, path in names.items()}


def waiting_on_general_boards(viewer: Viewer) -> int:
    """How many visible questions on the general boards have no answer: one query."""
    return Topic.objects.visible(viewer).on_general_boards().waiting().count()


def boards_in(page: Page, viewer: Viewer) -> list[tuple[str, str]]:
    """(title, address) of the visible boards below `page`: one query."""
    return [(title, address_of(path)) for title, path in _boards_between(*paths_below(page), viewer)]


@prepared
def _boards_between(first: str, last: str, viewer: Viewer) -> "QuerySet[BoardPage, tuple[str, str]]":
    found = BoardPage.objects.visible(viewer).filter(path__gte=first, path__lte=last)
    return found.order_by("order", "title").values_list("title", "url_path")


def index_url() -> str:
    """The address of the forums, from every board: one query; "" where nobody has made them."""
    return next((address_of(path) for path in _index_paths()), "")


@prepared
def _index_paths() -> "QuerySet[ForumIndexPage, str]":
    return ForumIndexPage.objects.live().order_by("path").values_list("url_path", flat=True)[:1]


def paths_below(page: Page) -> tuple[str, str]:
    """The first and the last path that a page below `page` can have."""
    first, last = Page._get_children_path_interval(page.path)
    return first, last
