"""What those who run a board need for their hour a week: what waits, whom to greet, who is active, the month's figures,
and what to do about it. Every read costs one query, however much is written, and reads the last month at most."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.keeping import OLD
from forums.listings import TopicRow, topic_rows
from forums.models import BoardPage, Post, Topic, post_url, topic_url
from forums.querysets import TopicQuerySet, below
from portal.core import references, sections
from portal.core.urlpaths import address_of
from portal.core.viewer import Viewer

MONTH = timedelta(days=30)
MOST_SHOWN = 10
# So many answers are more than one wants to read.
ANSWERS_TO_SUM_UP = 8


def boards_led(viewer: Viewer) -> "QuerySet[BoardPage, BoardPage]":
    """The boards that are the viewer's to moderate: of those that the viewer sees, all for moderators, and for others
    those in the sections that they run."""
    seen: QuerySet[BoardPage, BoardPage] = BoardPage.objects.visible(viewer)
    return seen if viewer.is_moderator else seen.filter(below(sections.run_by(viewer), "path"))


def topics_led(viewer: Viewer) -> "QuerySet[Topic, Topic]":
    """The topics on those boards, hidden ones too."""
    return Topic.objects.visible(viewer, sections.run_by(viewer)).filter(board__in=boards_led(viewer))


class Person(NamedTuple):
    """Somebody who wrote on the board this month; `url` is "" where the profile is not for the viewer."""

    name: str
    url: str
    posts: int
    accepted: int


class Doubtful(NamedTuple):
    """An accepted answer that somebody should look at."""

    title: str
    url: str
    accepted_at: datetime | None
    outdated: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened on a board in a month."""

    questions: int = 0
    answered: int = 0
    solved: int = 0
    posts: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """Something that waits, as a sentence, and where it is done."""

    sentence: str
    url: str


def waiting_long(board_id: int, viewer: Viewer, days: int) -> tuple[int, list[TopicRow]]:
    """How many questions have waited for an answer for so many days, and those that have waited longest: two
    queries."""
    found = _on(board_id, viewer).waiting().filter(created_at__lt=timezone.now() - timedelta(days=days))
    return found.count(), topic_rows(found.order_by("last_post_at", "pk")[:MOST_SHOWN], chips=False)


def figures(board_id: int, viewer: Viewer) -> Figures:
    """The last thirty days: two queries."""
    since = timezone.now() - MONTH
    asked = _on(board_id, viewer).filter(last_post_at__gte=since, created_at__gte=since)
    counted = asked.aggregate(
        questions=Count("pk"),
        answered=Count("pk", filter=Q(reply_count__gt=0)),
        solved=Count("pk", filter=Q(accepted_count__gt=0)),
    )
    written = _written(board_id, viewer).aggregate(posts=Count("pk"), people=Count("author", distinct=True))
    return Figures(**counted, **written)


def active(board_id: int, viewer: Viewer) -> list[Person]:
    """Who wrote most in the last thirty days: two queries."""
    return _people(_written(board_id, viewer), viewer)


def to_greet(board_id: int, viewer: Viewer) -> list[Person]:
    """Who joined in the last thirty days and has written here: two queries."""
    return _people(_written(board_id, viewer).filter(author__date_joined__gte=timezone.now() - MONTH), viewer)


def doubtful(board_id: int, viewer: Viewer) -> list[Doubtful]:
    """Accepted answers that somebody doubts, and those at which nobody has looked for two years: one query."""
    found = Post.objects.shown(viewer).filter(
        topic__board=board_id, topic__accepted_count__gt=0, accepted_at__isnull=False
    )
    found = found.filter(Q(outdated_at__isnull=False) | Q(accepted_at__lt=timezone.now() - OLD))
    rows = found.order_by(F("outdated_at").asc(nulls_last=True), "accepted_at", "pk").values_list(
        "pk", "position", "accepted_at", "outdated_at", "topic", "topic__title", "topic__slug",
        "topic__board__url_path",
    )[:MOST_SHOWN]  # fmt: skip
    return [
        Doubtful(
            title, post_url(topic_url(address_of(path), topic, slug), pk, position), accepted, outdated is not None
        )
        for pk, position, accepted, outdated, topic, title, slug, path in rows
    ]


def to_sum_up(board_id: int, viewer: Viewer) -> list[TopicRow]:
    """Topics that were alive this month and have many answers and no summary: one query."""
    found = _on(board_id, viewer).filter(
        last_post_at__gte=timezone.now() - MONTH, reply_count__gte=ANSWERS_TO_SUM_UP, summary=""
    )
    return topic_rows(found.order_by("-reply_count", "-pk")[:MOST_SHOWN], chips=False)


def actions(
    board_url: str, waiting: int, greet: list[Person], doubts: list[Doubtful], long: list[TopicRow]
) -> list[Action]:
    """What to do first, made of what was found: no query."""
    suggested = [
        (
            waiting,
            ngettext(
                "Find somebody who answers %(number)d question", "Find people who answer %(number)d questions", waiting
            ),
            f"{board_url}?show=unanswered",
        ),
        (len(greet), ngettext("Greet %(number)d new member", "Greet %(number)d new members", len(greet)), "#greet"),
        (
            len(doubts),
            ngettext(
                "Look at %(number)d accepted answer again", "Look at %(number)d accepted answers again", len(doubts)
            ),
            "#doubtful",
        ),
        (
            len(long),
            ngettext("Sum up %(number)d long question", "Sum up %(number)d long questions", len(long)),
            "#long",
        ),
    ]
    return [Action(words % {"number": number}, url) for number, words, url in suggested if number]


def _on(board_id: int, viewer: Viewer) -> TopicQuerySet:
    return Topic.objects.shown(viewer).filter(board=board_id)


def _written(board_id: int, viewer: Viewer) -> "QuerySet[Post]":
    """The posts of the last thirty days whose authors may be named: not those of who asked with the name withheld."""
    since = timezone.now() - MONTH
    found = Post.objects.shown(viewer).filter(topic__board=board_id)
    found = found.filter(topic__last_post_at__gte=since, created_at__gte=since)
    return found.filter(withheld=False)


def _people(written: "QuerySet[Post]", viewer: Viewer) -> list[Person]:
    each = written.filter(author__is_active=True).order_by().values("author", "author__name")
    counted = each.annotate(posts=Count("pk"), accepted=Count("pk", filter=Q(accepted_at__isnull=False)))
    rows = list(
        counted.order_by("-posts", "author").values_list("author", "author__name", "posts", "accepted")[:MOST_SHOWN]
    )
    links = references.resolve("member", [str(row[0]) for row in rows], viewer)
    return [
        Person(name or _("A member"), links[str(pk)].url if str(pk) in links else "", posts, accepted)
        for pk, name, posts, accepted in rows
    ]
