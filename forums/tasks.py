"""The mail that tells an asker of an answer."""

from datetime import timedelta
from email.utils import parseaddr

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from forums.models import AnswerNotice, Post, Topic
from portal.accounts.models import User
from portal.core.text import plain_text
from portal.core.viewer import viewer_for

EXCERPT = 600
# After this long an unfinished attempt counts as dead and another may begin.
CLAIM = timedelta(minutes=10)
# A mail about an answer older than this helps nobody.
STALE = timedelta(days=3)


@task()
def tell_asker(post_id: int) -> None:
    """Mail the asker about answer `post_id`, once. Safe to run twice: whoever claims the notice first sends it, and a
    repeated attempt carries the same Message-ID."""
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    claimed = AnswerNotice.objects.filter(free, post_id=post_id, settled_at=None).update(claimed_at=now)
    if not claimed:
        return
    message = _message(post_id)
    if message is not None:
        message.send()
    AnswerNotice.objects.filter(post_id=post_id).update(settled_at=timezone.now())


def enqueue_owed() -> int:
    """Enqueue again what was not sent, for `manage.py tick`. Returns how many."""
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM)
    owed = AnswerNotice.objects.filter(
        free, settled_at=None, created_at__lt=now - CLAIM, created_at__gt=now - STALE
    ).values_list("post_id", flat=True)
    for post_id in owed:
        tell_asker.enqueue(post_id)
    return len(owed)


def _message(post_id: int) -> EmailMultiAlternatives | None:
    """The mail, or None if there is nobody to tell: the asker left, has no confirmed address, may no longer see the
    topic, or the answer has been hidden since."""
    post = Post.objects.select_related("topic__author", "topic__board", "author").get(pk=post_id)
    asker = post.topic.author
    if asker is None or asker == post.author or not _reachable(asker):
        return None
    viewer = viewer_for(asker)
    if post.hidden or post.topic.hidden or not Topic.objects.visible(viewer).filter(pk=post.topic_id).exists():
        return None
    context = _context(post, asker)
    message = EmailMultiAlternatives(
        subject=_("An answer to your question: %(title)s") % {"title": " ".join(post.topic.title.split())},
        body=render_to_string("forums/email/answer.txt", context),
        to=[asker.email],
        headers={
            "Message-ID": f"<forum-answer-{post.pk}@{_mail_host()}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("forums/email/answer.html", context), "text/html")
    return message


def _context(post: Post, asker: User) -> dict[str, object]:
    words = plain_text(post.html)
    return {
        "portal_name": settings.PORTAL_NAME,
        "base_url": settings.BASE_URL,
        "asker": asker.get_short_name(),
        "author": post.author,
        "topic": post.topic,
        "excerpt": words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + " …",
        "url": settings.BASE_URL.rstrip("/") + post.url,
    }


def _reachable(user: User) -> bool:
    """An active account whose address its owner has confirmed."""
    return user.is_active and EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


def _mail_host() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
