"""Posts of a topic into a new one, and two topics into one. Positions stay dense, old addresses lead on, and both can
be undone."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Case, F, When
from django.utils.translation import gettext_lazy as _

from forums import services, things
from forums.models import Post, Topic
from portal.accounts.models import User
from portal.moderation import services as cases
from portal.moderation import trail
from portal.moderation.models import Act

# Out of the way of every real position while posts change places: no two may share one, not even for a moment.
ASIDE = 1_000_000_000
AT_ONCE = 500


@transaction.atomic
def split(topic: Topic, posts: Sequence[Post], by: User, *, title: str, reason: str = "") -> Topic | None:
    """Make of `posts` a topic of their own, the first of them its question. None if there is nothing to split off.

    The question of `topic` stays, and so do posts that have gone elsewhere meanwhile.
    """
    locked = Topic.objects.select_for_update().get(pk=topic.pk)
    chosen = list(locked.posts.filter(pk__in=[post.pk for post in posts], position__gt=1).order_by("position"))
    if not chosen:
        return None
    first = chosen[0]
    made = Topic.objects.create(
        board_id=locked.board_id,
        kind=locked.kind,
        title=title,
        slug=services.slug_of(title),
        author_id=first.author_id,
        created_at=first.created_at,
        last_post_at=first.created_at,
        hidden=locked.hidden,
        withheld=locked.withheld and first.author_id == locked.author_id,
    )
    made.concepts.set(locked.concepts.all())
    moved = [post.pk for post in chosen]
    accepted = Topic.objects.filter(pk=locked.pk, accepted_post__in=moved).update(accepted_post=None)
    _arrange(made, moved)
    _close_up(locked)
    services.settle_all([locked.pk, made.pk])
    data = {"made": made.pk, "posts": moved, "accepted": topic.accepted_post_id if accepted else None}
    trail.record("forums.split", by, things.of_topic(locked), reason=reason, data=data)
    return made


@transaction.atomic
def merge(source: Topic, target: Topic, by: User, reason: str = "") -> bool:
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
        "accepted": rows[source.pk].accepted_post_id,
        "hidden": rows[source.pk].hidden,
        "held": rows[source.pk].held,
    }
    _empty_into(rows[source.pk], rows[target.pk], moved)
    trail.record("forums.merge", by, things.of_topic(source), reason=reason, data=data)
    return True


def _empty_into(source: Topic, target: Topic, moved: list[int]) -> None:
    """Put the posts of `source` among those of `target`, and hide it: lists, counts and search lose it by that."""
    Topic.objects.filter(pk=source.pk).update(merged_into=target, hidden=True, held=False, accepted_post=None)
    # Who was merged into `source` before leads on to where it went.
    Topic.objects.filter(merged_into=source).update(merged_into=target)
    question = list(target.posts.filter(position=1).values_list("pk", flat=True))
    _arrange(target, [*question, *_by_time(target, moved, question)])
    cases.carry(things.POST, [str(pk) for pk in moved], target.board_id)
    services.settle_all([source.pk, target.pk])


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
    accepted = source.posts.filter(pk=act.data.get("accepted")).first()
    if accepted is not None and source.accepted_post_id is None:
        services.accept(source, accepted, tell=False)
    return True


@transaction.atomic
def _unmerge(act: Act, by: User) -> bool:
    """Put the posts back that came from the merged topic and are still where they were brought."""
    source = Topic.objects.select_for_update().filter(pk=int(act.key), merged_into=act.data["target"]).first()
    target = Topic.objects.select_for_update().filter(pk=act.data["target"]).first()
    if source is None or target is None:
        return False
    there = set(target.posts.filter(pk__in=act.data["posts"]).values_list("pk", flat=True))
    back = [pk for pk in act.data["posts"] if pk in there]
    if not back:
        return False
    Topic.objects.filter(pk=target.pk, accepted_post__in=back).update(accepted_post=None)
    _arrange(source, back)
    _close_up(target)
    Topic.objects.filter(pk=source.pk).update(merged_into=None, hidden=act.data["hidden"], held=act.data["held"])
    cases.carry(things.POST, [str(pk) for pk in back], source.board_id)
    accepted = Post.objects.filter(pk=act.data.get("accepted"), topic=source).first()
    if accepted is not None:
        services.accept(source, accepted, tell=False)
    return services.settle_all([source.pk, target.pk])


trail.register(trail.ActName("forums.split", _("Posts split off"), _unsplit))
trail.register(trail.ActName("forums.merge", _("Merged into another topic"), _unmerge))
