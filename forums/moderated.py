"""What the forums tell the moderation: topics and posts can be reported, and what is done with them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums import access, holding, marks, moderation, services, things, verdicts
from forums.models import Post, Topic
from portal.accounts.models import User
from portal.core.urlpaths import page_url
from portal.core.viewer import Viewer
from portal.moderation import kinds
from portal.moderation.kinds import Deed, Kind, Thing, Way, Writings


def _on_topic(act: Callable[[Topic, User, str], bool]) -> Callable[[str, User, str], bool]:
    def done(key: str, by: User, reason: str) -> bool:
        topic = Topic.objects.select_related("board").filter(pk=int(key), merged_into=None).first()
        return topic is not None and act(topic, by, reason)

    return done


def _on_post(act: Callable[[Post, User, str], bool]) -> Callable[[str, User, str], bool]:
    def done(key: str, by: User, reason: str) -> bool:
        post = Post.objects.select_related("topic__board").filter(pk=int(key)).first()
        return post is not None and act(post, by, reason)

    return done


def _lock_topic_of(post: Post, by: User, reason: str) -> bool:
    return moderation.lock(post.topic, by, reason)


def is_shown(thing: Thing) -> bool:
    return not thing.state


def is_hidden(thing: Thing) -> bool:
    return thing.state == "hidden"


def is_edit(thing: Thing) -> bool:
    """Whether readers have seen the held post before it was edited: one query."""
    return holding.seen_before(Post(pk=int(thing.key))) is not None


def ways_of_topic(thing: Thing, viewer: Viewer) -> list[Way]:
    """What is larger than a button: its pages stand on the board."""
    topic = Topic.objects.select_related("board").get(pk=int(thing.key))
    return _topic_ways(topic)


def ways_of_post(thing: Thing, viewer: Viewer) -> list[Way]:
    """The same, and for whoever may read them what the edits have changed."""
    post = Post.objects.select_related("topic__board").get(pk=int(thing.key))
    board_url = page_url(post.topic.board)
    edit = Way(_("Edit the post"), f"{board_url}moderate/post/{post.pk}/edit/")
    whole = Way(_("Moderate the whole topic"), reverse("moderation_thing", args=["topic", str(post.topic_id)]))
    ways = [edit, *_topic_ways(post.topic), whole]
    if post.edited_at and access.can_read_history(viewer, post):
        ways.append(Way(_("What the edits have changed"), f"{board_url}post/{post.pk}/history/", shows=True))
    return ways


def _topic_ways(topic: Topic) -> list[Way]:
    url = f"{page_url(topic.board)}moderate/topic/{topic.pk}/"
    return [
        Way(_("Move the topic"), f"{url}move/"),
        Way(_("Split posts off"), f"{url}split/"),
        Way(_("Merge the topic into another"), f"{url}merge/"),
    ]


def count(member_id: int) -> list[tuple[str, int]]:
    """What a member wrote, and what of it is hidden: two queries."""
    posts = Post.objects.filter(author=member_id)
    return [(_("Posts"), posts.count()), (_("of these hidden"), posts.filter(hidden=True).count())]


def lock_all(member_id: int) -> None:
    """Lock every topic that the member began or wrote in."""
    posts = list(Post.objects.filter(author=member_id).values_list("pk", flat=True))
    _locked(posts, list(Topic.objects.filter(author=member_id).values_list("pk", flat=True)))


def _reserve_topic(key: str) -> None:
    Topic.objects.select_for_update().filter(pk=int(key)).first()


def _reserve_topic_of(key: str) -> None:
    for topic_id in Post.objects.filter(pk=int(key)).values_list("topic_id", flat=True):
        _reserve_topic(str(topic_id))


@transaction.atomic
def hide_all(member_id: int) -> Mapping[str, Any]:
    """Hide every topic that the member began and every post, and say which were shown before."""
    posts = list(Post.objects.filter(author=member_id, hidden=False).values_list("pk", flat=True))
    topics = list(Topic.objects.filter(author=member_id, hidden=False).values_list("pk", flat=True))
    if not posts and not topics:
        return {}
    touched = _locked(posts, topics)
    accepted = verdicts.marks_of(Post.objects.filter(pk__in=posts))
    Post.objects.filter(author=member_id, pk__in=posts).update(hidden=True, accepted_at=None)
    Topic.objects.filter(author=member_id, pk__in=topics).update(hidden=True)
    services.settle_all(touched)
    return {"posts": posts, "topics": topics, "accepted": accepted, "at": timezone.now().isoformat()}


@transaction.atomic
def show_all(data: Mapping[str, Any]) -> bool:
    """Show again what `hide_all` hid, if it still is."""
    posts, topics = data["posts"], data["topics"]
    touched = _locked(posts, topics)
    late = list(Post.objects.filter(pk__in=posts, hidden=True, held=False).values_list("pk", flat=True))
    shown = Post.objects.filter(pk__in=late).update(hidden=False)
    marks.shown_late(late, since=datetime.fromisoformat(data["at"]) if "at" in data else None)
    shown += Topic.objects.filter(pk__in=topics, hidden=True, held=False, merged_into=None).update(hidden=False)
    if not shown:
        return False
    verdicts.put_back(data["accepted"])
    return services.settle_all(touched)


def _locked(posts: Sequence[int], topics: Sequence[int]) -> list[int]:
    """The topics that this concerns, locked in one order: whoever answers there meanwhile waits."""
    touched = sorted({*topics, *Post.objects.filter(pk__in=posts).values_list("topic_id", flat=True)})
    return list(Topic.objects.select_for_update().filter(pk__in=touched).order_by("pk").values_list("pk", flat=True))


kinds.register(
    Kind(
        things.TOPIC,
        things.TOPIC_LABEL,
        things.found_topics,
        things.handled_topics,
        deeds=(
            Deed("hide", gettext_lazy("Hide the topic"), _on_topic(moderation.hide_topic), is_shown),
            Deed("unhide", gettext_lazy("Show the topic again"), _on_topic(moderation.unhide_topic), is_hidden),
            Deed("lock", gettext_lazy("Lock the topic"), _on_topic(moderation.lock), is_shown),
        ),
        around=things.around_topic,
        ways=ways_of_topic,
        lock=_reserve_topic,
    )
)
kinds.register(
    Kind(
        things.POST,
        things.POST_LABEL,
        things.found_posts,
        things.handled_posts,
        deeds=(
            Deed("hide", gettext_lazy("Hide the post"), _on_post(moderation.hide_post), is_shown),
            Deed("unhide", gettext_lazy("Show the post again"), _on_post(moderation.unhide_post), is_hidden),
            Deed("lock", gettext_lazy("Lock the topic"), _on_post(_lock_topic_of), is_shown),
        ),
        around=things.around_post,
        ways=ways_of_post,
        approve=_on_post(holding.approve),
        reject=_on_post(holding.reject),
        put_back=_on_post(holding.put_back),
        is_edit=is_edit,
        lock=_reserve_topic_of,
    )
)
kinds.register_writings("forums", Writings(count, hide_all, show_all, lock_all))
