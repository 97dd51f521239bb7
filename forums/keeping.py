"""What keeps a question worth reading later: that it was asked before, that an answer may be out of date, and what came
out of it. Every function is atomic and says False if nothing changed."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from forums.models import Post, Topic
from forums.services import settle
from portal.accounts.models import User
from portal.core import pagecache
from portal.core.text import render_markdown

# An accepted answer is looked at again when nobody has done so for that long.
OLD = timedelta(days=730)


@transaction.atomic
def mark_duplicate(topic: Topic, original: Topic) -> bool:
    """`topic` was asked before as `original`, or as what that one was asked before as.

    What was asked before as `topic` points there too, so that nobody is led from one to the next. False for a topic
    that would be its own original, and if it was so.
    """
    # In one order, whichever way round two members say it at the same moment.
    both = {
        one.pk: one for one in Topic.objects.select_for_update().filter(pk__in=[topic.pk, original.pk]).order_by("pk")
    }
    root = both[original.pk].duplicate_of or both[original.pk]
    if root.pk == topic.pk or both[topic.pk].duplicate_of_id == root.pk:
        return False
    Topic.objects.filter(Q(pk=topic.pk) | Q(duplicate_of=topic.pk)).update(duplicate_of=root.pk)
    return settle(topic)


@transaction.atomic
def unmark_duplicate(topic: Topic) -> bool:
    """`topic` is a question of its own. False if it was."""
    marked = Topic.objects.filter(pk=topic.pk, duplicate_of__isnull=False)
    return bool(marked.update(duplicate_of=None)) and settle(topic)


@transaction.atomic
def say_outdated(post: Post) -> bool:
    """A member says that an answer may be out of date. False if somebody has said so before."""
    return _shown(Post.objects.filter(pk=post.pk, position__gt=1, outdated_at=None).update(outdated_at=timezone.now()))


@transaction.atomic
def say_current(post: Post) -> bool:
    """The answer holds. An accepted one counts as accepted today. False if nobody had doubted it."""
    now = timezone.now()
    old = Q(accepted_at__lt=now - OLD)
    found = Post.objects.filter(Q(outdated_at__isnull=False) | old, pk=post.pk)
    accepted = found.filter(accepted_at__isnull=False).update(outdated_at=None, accepted_at=now)
    return _shown(accepted or found.update(outdated_at=None))


@transaction.atomic
def summarise(topic: Topic, text: str, by: User) -> bool:
    """Put `text` above the question; an empty one takes the summary away. False if it says so already."""
    html = render_markdown(text) if text else ""
    others = Topic.objects.filter(pk=topic.pk).exclude(summary=text)
    return _shown(
        others.update(
            summary=text,
            summary_html=html,
            summary_by=by if text else None,
            summary_at=timezone.now() if text else None,
        )
    )


def _shown(changed: int) -> bool:
    if changed:
        pagecache.bump()
    return bool(changed)
