"""First posts, and posts and edits with a listed word, wait until a moderator has seen them.

What is held is hidden too, so that it is missing wherever hidden posts are (lists, counts, search, mails, feeds); that
it is held lets its author see it, and moderators approve it. Of an edit they may put back what stood there before.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums import marks, moderation, services, things, verdicts
from forums.models import BoardPage, Post, PostVersion, Topic
from portal.accounts.models import User
from portal.moderation import trail
from portal.moderation.models import Act


def holds_first(board: BoardPage, author: User) -> bool:
    """Whether the board lets the first posts of `author` wait: until one of theirs is to be seen anywhere."""
    return board.holds_first_posts and not Post.objects.filter(author=author, hidden=False).exists()


@transaction.atomic
def approve(post: Post, by: User, reason: str) -> bool:
    """Show a held post to everybody who may see its board, and tell who waits for it. False if it is not held."""
    if not _release(post, hidden=False):
        return False
    marks.shown_late([post.pk], by=by)
    shown = _fresh(post)
    trail.record("forums.approve", by, things.of_post(shown), reason=reason)
    services.announce(shown, shown.topic)
    return True


@transaction.atomic
def reject(post: Post, by: User, reason: str) -> bool:
    """Leave a held post hidden for good. False if it is not held. What was accepted before an edit is so no longer."""
    mine = Post.objects.filter(pk=post.pk)
    accepted = verdicts.marks_of(mine)
    if not _release(post, hidden=True):
        return False
    mine.update(accepted_at=None)
    trail.record("forums.reject", by, things.of_post(_fresh(post)), reason=reason, data={"accepted": accepted})
    return True


def seen_before(post: Post) -> PostVersion | None:
    """What stood there when readers last saw the post, if an edit is what it is held for: one query."""
    return post.versions.filter(was_seen=True).first()


@transaction.atomic
def put_back(post: Post, by: User, reason: str) -> bool:
    """Do not approve the edit for which `post` is held: show what stood there before it. False if that is nothing.

    Files that came with the edit go; those that it took away are gone, as after any edit.
    """
    Topic.objects.select_for_update().get(pk=post.topic_id)
    version = seen_before(post)
    if version is None or not Post.objects.filter(pk=post.pk, held=True).exists():
        return False
    left = post.attachments.filter(pk__in=version.file_ids)
    edited = services.edit(post, body=version.body, title=version.title, by=by, files=left)
    refused = post.versions.first() if edited else None
    _release(post, hidden=False)
    marks.shown_late([post.pk], by=by, since=version.replaced_at)
    data = {"version": refused.pk if refused else None}
    trail.record("forums.put_back", by, things.of_post(_fresh(post)), reason=reason, data=data)
    return True


def _release(post: Post, *, hidden: bool) -> bool:
    Topic.objects.select_for_update().get(pk=post.topic_id)
    if not Post.objects.filter(pk=post.pk, held=True).update(held=False, hidden=hidden):
        return False
    if post.is_question:
        Topic.objects.filter(pk=post.topic_id, held=True).update(held=False, hidden=hidden)
    return services.settle(post.topic)


def _fresh(post: Post) -> Post:
    return Post.objects.select_related("topic__board").get(pk=post.pk)


@transaction.atomic
def _unreject(act: Act, by: User) -> bool:
    """Show after all what was not approved, and tell of it."""
    post = Post.objects.filter(pk=int(act.key)).first()
    if post is None:
        return False
    Topic.objects.select_for_update().get(pk=post.topic_id)
    if not Post.objects.filter(pk=post.pk, hidden=True).update(hidden=False):
        return False
    verdicts.put_back(act.data.get("accepted", {}))
    if post.is_question:
        Topic.objects.filter(pk=post.topic_id, merged_into=None).update(hidden=False)
    services.settle(post.topic)
    marks.shown_late([post.pk], by=by)
    shown = _fresh(post)
    services.announce(shown, shown.topic)
    return True


trail.register(trail.ActName("forums.approve", _("Approved")))
trail.register(trail.ActName("forums.reject", _("Not approved"), _unreject))
trail.register(trail.ActName("forums.put_back", _("Edit not approved"), moderation.take_edit_back))
