"""What moderators do to a topic or a post at a time. Every act is atomic, has a reason, says False if nothing changed,
and leaves a row in the trail (`portal.moderation.trail`), from which it can be undone."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums import marks, services, things, verdicts
from forums.models import BoardPage, Post, PostVersion, Topic
from forums.services import settle
from portal.accounts.models import User
from portal.moderation import services as cases
from portal.moderation import trail
from portal.moderation.models import Act


@transaction.atomic
def hide_post(post: Post, by: User, reason: str) -> bool:
    """Take `post` from everybody's eyes but moderators'. An accepted answer is then no longer accepted."""
    # Whoever accepts an answer of this topic at the same moment waits, so that the counters are those of both.
    Topic.objects.select_for_update().get(pk=post.topic_id)
    mine = Post.objects.filter(pk=post.pk)
    accepted = verdicts.marks_of(mine)
    if not mine.filter(hidden=False).update(hidden=True, accepted_at=None):
        return False
    _record("forums.hide", by, post, reason, {"accepted": accepted})
    return settle(post.topic)


@transaction.atomic
def unhide_post(post: Post, by: User, reason: str) -> bool:
    """Show `post` to everybody again; what is held is approved, not shown (`forums.holding`)."""
    Topic.objects.select_for_update().get(pk=post.topic_id)
    if not Post.objects.filter(pk=post.pk, hidden=True, held=False).update(hidden=False):
        return False
    _record("forums.show", by, post, reason)
    settle(post.topic)
    hidden = Act.objects.filter(name="forums.hide", kind=things.POST, key=str(post.pk)).first()
    marks.shown_late([post.pk], by=by, since=hidden.at if hidden else None)
    if Act.objects.filter(name="forums.reject", kind=things.POST, key=str(post.pk), undone_at=None).exists():
        # Nobody has heard of it yet.
        shown = Post.objects.select_related("topic__board").get(pk=post.pk)
        services.announce(shown, shown.topic)
    return True


@transaction.atomic
def look_up_name(post: Post, by: User) -> User | None:
    """Who wrote `post`, whose name is withheld; that `by` looked is recorded before it is told. None if nothing is
    withheld, or if the author has left."""
    found = Post.objects.select_related("author", "topic__board").filter(pk=post.pk, withheld=True).first()
    if found is None or found.author is None:
        return None
    _record("forums.name_seen", by, found, "")
    return found.author


def hide_topic(topic: Topic, by: User, reason: str) -> bool:
    """Take the whole topic from everybody's eyes but moderators'."""
    return _flip(topic, "hidden", True, "forums.hide", by, reason)


def unhide_topic(topic: Topic, by: User, reason: str) -> bool:
    return _flip(topic, "hidden", False, "forums.show", by, reason)


def lock(topic: Topic, by: User, reason: str) -> bool:
    """Close `topic` to answers and edits of all but moderators."""
    return _flip(topic, "locked", True, "forums.lock", by, reason)


def unlock(topic: Topic, by: User, reason: str) -> bool:
    return _flip(topic, "locked", False, "forums.unlock", by, reason)


def pin(topic: Topic, by: User, reason: str) -> bool:
    """Let `topic` stand first on its board."""
    return _flip(topic, "pinned", True, "forums.pin", by, reason)


def unpin(topic: Topic, by: User, reason: str) -> bool:
    return _flip(topic, "pinned", False, "forums.unpin", by, reason)


@transaction.atomic
def move(topic: Topic, board: BoardPage, by: User, reason: str) -> bool:
    """Put `topic` on another board; who may see it is then that board's audience."""
    before = Topic.objects.select_for_update().select_related("board").get(pk=topic.pk)
    if not _put_on(before, board):
        return False
    moved = Topic.objects.select_related("board").get(pk=topic.pk)
    posts = list(moved.posts.order_by("position").values_list("pk", flat=True))
    _record("forums.move", by, moved, reason, {"from": before.board_id, "to": board.pk, "posts": posts})
    return True


def _put_on(topic: Topic, board: BoardPage) -> bool:
    if not Topic.objects.filter(pk=topic.pk).exclude(board=board).update(board=board):
        return False
    cases.carry(things.TOPIC, [str(topic.pk)], board.pk)
    cases.carry(things.POST, [str(pk) for pk in topic.posts.values_list("pk", flat=True)], board.pk)
    return settle(topic)


@transaction.atomic
def correct(post: Post, by: User, reason: str, *, body: str, title: str = "") -> bool:
    """Change what `post` says, for its author. What stood there is kept, with who replaced it."""
    if not services.edit(post, body=body, title=title, by=by):
        return False
    version = post.versions.first()
    changed = Post.objects.select_related("topic__board").get(pk=post.pk)
    _record("forums.edit", by, changed, reason, {"version": version.pk if version else None})
    return True


@transaction.atomic
def _flip(topic: Topic, field: str, value: bool, action: str, by: User, reason: str) -> bool:
    free = Topic.objects.filter(pk=topic.pk, **{field: not value})
    if field == "hidden":
        # What is held is approved, and what was merged stands elsewhere.
        free = free.filter(held=False, merged_into=None)
    if not free.update(**{field: value}):
        return False
    _record(action, by, topic, reason)
    return settle(topic)


def _record(name: str, by: User, thing: Topic | Post, reason: str, data: dict[str, object] | None = None) -> Act:
    found = things.of_topic(thing) if isinstance(thing, Topic) else things.of_post(thing)
    return trail.record(name, by, found, reason=reason, data=data)


# What takes each act back; the row of the undone act says who did so, so it leaves no other.


@transaction.atomic
def _flip_back(field: str, value: bool, act: Act, by: User) -> bool:
    if act.kind == things.POST:
        post = Post.objects.select_related("topic").filter(pk=int(act.key)).first()
        return post is not None and _flip_post_back(post, field, value, act, by)
    topic = Topic.objects.filter(pk=int(act.key), merged_into=None).first()
    if topic is None or not Topic.objects.filter(pk=topic.pk).exclude(**{field: value}).update(**{field: value}):
        return False
    return settle(topic)


def _flip_post_back(post: Post, field: str, value: bool, act: Act, by: User) -> bool:
    Topic.objects.select_for_update().get(pk=post.topic_id)
    changed = Post.objects.filter(pk=post.pk, held=False).exclude(**{field: value})
    # What is hidden is not accepted.
    if not changed.update(**{field: value}, **({"accepted_at": None} if value else {})):
        return False
    verdicts.put_back(act.data.get("accepted", {}))
    if not value:
        marks.shown_late([post.pk], by=by, since=act.at)
    return settle(post.topic)


def _undoing(field: str, value: bool) -> Callable[[Act, User], bool]:
    return lambda act, by: _flip_back(field, value, act, by)


@transaction.atomic
def _move_back(act: Act, by: User) -> bool:
    """Back to where it was, if it is still where it was moved to, and that board is still there."""
    topic = Topic.objects.filter(pk=int(act.key), board=act.data["to"], merged_into=None).first()
    board = BoardPage.objects.filter(pk=act.data["from"]).first()
    return topic is not None and board is not None and _put_on(topic, board)


def _both_boards(act: Act) -> list[int]:
    return [act.data[name] for name in ("from", "to") if name in act.data]


@transaction.atomic
def take_edit_back(act: Act, by: User) -> bool:
    """Let the post say again what it said before the edit whose version the act names."""
    version = PostVersion.objects.select_related("post").filter(pk=act.data["version"]).first()
    return version is not None and services.edit(version.post, body=version.body, title=version.title, by=by)


trail.register(trail.ActName("forums.hide", _("Hidden"), _undoing("hidden", False)))
trail.register(trail.ActName("forums.show", _("Shown again"), _undoing("hidden", True)))
trail.register(trail.ActName("forums.lock", _("Locked"), _undoing("locked", False)))
trail.register(trail.ActName("forums.unlock", _("Unlocked"), _undoing("locked", True)))
trail.register(trail.ActName("forums.pin", _("Pinned"), _undoing("pinned", False), tells=False))
trail.register(trail.ActName("forums.unpin", _("Unpinned"), _undoing("pinned", True), tells=False))
trail.register(
    trail.ActName(
        "forums.move", _("Moved to another board"), _move_back, reaches=_both_boards, concerns=things.posts_of
    )
)
trail.register(trail.ActName("forums.name_seen", _("Looked up who wrote it"), tells=False, needs_reason=False))
trail.register(trail.ActName("forums.edit", _("Edited"), take_edit_back))
