"""What moderators do. Every act is atomic, says False if nothing changed, and leaves an entry in the audit log."""

from django.db import transaction
from wagtail.log_actions import log

from forums.models import BoardPage, Post, Topic
from forums.services import settle
from portal.accounts.models import User

# Names of the log's entries and how the admin shows them (registered in wagtail_hooks.py).
LOG_ACTIONS = {
    "forums.hide": ("Hide", "Hidden"),
    "forums.show": ("Show again", "Shown again"),
    "forums.lock": ("Lock", "Locked"),
    "forums.unlock": ("Unlock", "Unlocked"),
    "forums.pin": ("Pin", "Pinned"),
    "forums.unpin": ("Unpin", "Unpinned"),
    "forums.move": ("Move", "Moved to another board"),
}


@transaction.atomic
def hide_post(post: Post, by: User) -> bool:
    """Take `post` from everybody's eyes but moderators'. An accepted answer is then no longer accepted."""
    # Whoever accepts an answer of this topic at the same moment waits, so that the counters are those of both.
    Topic.objects.select_for_update().get(pk=post.topic_id)
    if not Post.objects.filter(pk=post.pk, hidden=False).update(hidden=True, accepted_at=None):
        return False
    log(post, "forums.hide", user=by)
    return settle(post.topic)


@transaction.atomic
def unhide_post(post: Post, by: User) -> bool:
    Topic.objects.select_for_update().get(pk=post.topic_id)
    if not Post.objects.filter(pk=post.pk, hidden=True).update(hidden=False):
        return False
    log(post, "forums.show", user=by)
    return settle(post.topic)


def hide_topic(topic: Topic, by: User) -> bool:
    """Take the whole topic from everybody's eyes but moderators'."""
    return _flip(topic, "hidden", True, "forums.hide", by)


def unhide_topic(topic: Topic, by: User) -> bool:
    return _flip(topic, "hidden", False, "forums.show", by)


def lock(topic: Topic, by: User) -> bool:
    """Close `topic` to answers and edits of all but moderators."""
    return _flip(topic, "locked", True, "forums.lock", by)


def unlock(topic: Topic, by: User) -> bool:
    return _flip(topic, "locked", False, "forums.unlock", by)


def pin(topic: Topic, by: User) -> bool:
    """Let `topic` stand first on its board."""
    return _flip(topic, "pinned", True, "forums.pin", by)


def unpin(topic: Topic, by: User) -> bool:
    return _flip(topic, "pinned", False, "forums.unpin", by)


@transaction.atomic
def move(topic: Topic, board: BoardPage, by: User) -> bool:
    """Put `topic` on another board; who may see it is then that board's audience."""
    if not Topic.objects.filter(pk=topic.pk).exclude(board=board).update(board=board):
        return False
    log(topic, "forums.move", user=by, data={"board": board.title})
    return settle(topic)


@transaction.atomic
def _flip(topic: Topic, field: str, value: bool, action: str, by: User) -> bool:
    if not Topic.objects.filter(pk=topic.pk, **{field: not value}).update(**{field: value}):
        return False
    log(topic, action, user=by)
    return settle(topic)
