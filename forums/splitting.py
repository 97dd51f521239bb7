"""Posts of a topic into a new one, and two topics into one. Positions stay dense, old addresses lead on, and both can
be undone."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Case, F, When
from django.utils.translation import gettext_lazy as _

from forums import carrying, services, things, verdicts
from forums.models import Post, Topic
from portal.accounts.models import User
from portal.moderation import services as cases
from portal.moderation import trail
from portal.moderation.models import Act

# Out of the way of every real position while posts change places: no two may share one, not even for a moment.
ASIDE = 1_000_000_000
AT_ONCE = 500


@transaction.atomic
def split(topic: Topic, posts: Sequence[Post], by: User, *, title: str, reason: str) -> Topic | None:
    """Make of `posts` a topic of their own, the first of them its question. None if there is nothing to split off.

    The question of `topic` stays, and so do posts that have gone elsewhere meanwhile.
    """
    locked = Topic.objects.select_for_update().get(pk=topic.pk)
    chosen = list(locked.posts.filter(pk__in=[post.pk for post in posts], position__gt=1).order_by("position"))
    if not chosen:
        return None
    first = chosen[0]
    before = carrying.places([locked.pk])
    made = Topic.objects.create(
        board_id=locked.board_id,
        kind=locked.kind,
        title=title,
        slug=services.slug_of(title),
        author_id=first.author_id,
        created_at=first.created_at,
        last_post_at=first.created_at,
        hidden=locked.hidden,
        withheld=first.withheld,
    )
    made.concepts.set(locked.concepts.all())
    moved = [post.pk for post in chosen]
    marks = _unmark(moved)
    _arrange(made, moved)
    _close_up(locked)
    carrying.read_marks(before, [locked.pk, made.pk])
    carrying.follow_own(made, locked)
    services.settle_all([locked.pk, made.pk])
    data = {"made": made.pk, "posts": moved, "accepted": marks}
    trail.record("forums.split", by, things.of_topic(locked), reason=reason, data=data)
    return made


@transaction.atomic
def merge(source: Topic, target: Topic, by: User, reason: str) -> bool:
    """Put the posts of `source` into `target`, by the time at which they were written, below its question.

    `source` is no topic any more; its address leads to `target`. False if it is merged already, or is `target`.
    """
    rows = {
        row.pk: row for row in Topic.objects.select_for_update().filter(pk__in=[source.pk, target.pk]).order_by("pk")
    }
    if len(rows) < 2 or any(row.merged_into_id for row in rows.values()):
        return False
    moved = list(rows[source.pk].posts.order_by("position").values_list("pk", flat=True))
    data = {
        "target": target.pk,
        "posts": moved,
        "accepted": verdicts.marks_of(Post.objects.filter(pk__in=moved)),
        "hidden": rows[source.pk].hidden,
        "held": rows[source.pk].held,
    }
    _empty_into(rows[source.pk], rows[target.pk], moved)
    trail.record("forums.merge", by, things.of_topic(source), reason=reason, data=data)
    return True


def _empty_into(source: Topic, target: Topic, moved: list[int]) -> None:
    """Put the posts of `source` among those of `target`, and hide it: lists, counts and search lose it by that.

    Answers that were accepted there are accepted here, if this is a question too.
    """
    Topic.objects.filter(pk=source.pk).update(merged_into=target, hidden=True, held=False)
    before = carrying.places([source.pk, target.pk])
    # Who was merged into `source` before leads on to where it went.
    Topic.objects.filter(merged_into=source).update(merged_into=target)
    question = list(target.posts.filter(position=1).values_list("pk", flat=True))
    if not target.is_question:
        _unmark(moved)
    _arrange(target, [*question, *_by_time(target, moved, question)])
    carrying.read_marks(before, [source.pk, target.pk])
    carrying.into(source, target)
    cases.carry(things.POST, [str(pk) for pk in moved], target.board_id)
    services.settle_all([source.pk, target.pk])


def _unmark(posts: Sequence[int]) -> dict[str, str]:
    """Take the marks of accepted answers from `posts`, whose question is another one now; which they were."""
    found = Post.objects.filter(pk__in=posts)
    marks = verdicts.marks_of(found)
    found.update(accepted_at=None)
    return marks


def _by_time(target: Topic, moved: Sequence[int], question: Sequence[int]) -> list[int]:
    both = Post.objects.filter(topic=target) | Post.objects.filter(pk__in=moved)
    return list(both.exclude(pk__in=question).order_by("created_at", "pk").values_list("pk", flat=True))


def _arrange(topic: Topic, order: Sequence[int]) -> None:
    """Let `topic` have exactly the posts `order`, in this order, wherever they stood."""
    Post.objects.filter(pk__in=order).update(position=F("position") + ASIDE)
    for start in range(0, len(order), AT_ONCE):
        part = order[start : start + AT_ONCE]
        places = [When(pk=pk, then=start + number) for number, pk in enumerate(part, start=1)]
        Post.objects.filter(pk__in=part).update(topic=topic, position=Case(*places))


def _close_up(topic: Topic) -> None:
    """Let no place be empty, in the order in which the posts stand."""
    _arrange(topic, list(topic.posts.order_by("position").values_list("pk", flat=True)))


@transaction.atomic
def _unsplit(act: Act, by: User) -> bool:
    """Put the posts that are still in the topic that was made back among the others, and that topic away."""
    rows = Topic.objects.select_for_update().filter(pk__in=[int(act.key), act.data["made"]], merged_into=None)
    found = {row.pk: row for row in rows.order_by("pk")}
    if len(found) < 2:
        return False
    source, made = found[int(act.key)], found[act.data["made"]]
    _empty_into(made, source, list(made.posts.order_by("position").values_list("pk", flat=True)))
    verdicts.put_back(act.data["accepted"])
    return services.settle_all([source.pk])


@transaction.atomic
def _unmerge(act: Act, by: User) -> bool:
    """Put the posts back that came from the merged topic and are still where they were brought."""
    both = Topic.objects.select_for_update().filter(pk__in=[int(act.key), act.data["target"]]).order_by("pk")
    rows = {row.pk: row for row in both}
    source, target = rows.get(int(act.key)), rows.get(act.data["target"])
    if source is None or target is None or source.merged_into_id != target.pk:
        return False
    there = set(target.posts.filter(pk__in=act.data["posts"]).values_list("pk", flat=True))
    back = [pk for pk in act.data["posts"] if pk in there]
    if not back:
        return False
    before = carrying.places([source.pk, target.pk])
    _unmark(back)
    _arrange(source, back)
    _close_up(target)
    Topic.objects.filter(pk=source.pk).update(merged_into=None, hidden=act.data["hidden"], held=act.data["held"])
    carrying.read_marks(before, [source.pk, target.pk])
    carrying.follow_own(source, target)
    cases.carry(things.POST, [str(pk) for pk in back], source.board_id)
    verdicts.put_back(act.data["accepted"])
    return services.settle_all([source.pk, target.pk])


def _boards(field: str) -> Callable[[Act], Sequence[int]]:
    """Where the topic stands now of which the act's data has the number at `field`."""
    return lambda act: list(Topic.objects.filter(pk=act.data.get(field)).values_list("board", flat=True))


SPLIT, MERGED = _("Posts split off"), _("Merged into another topic")
trail.register(trail.ActName("forums.split", SPLIT, _unsplit, reaches=_boards("made"), concerns=things.posts_of))
trail.register(trail.ActName("forums.merge", MERGED, _unmerge, reaches=_boards("target"), concerns=things.posts_of))
