"""How fast members may write: enough for a lively day, too little for a flood."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import Post
from portal.accounts.models import User

HOUR = timedelta(hours=1)
NEW_FOR = timedelta(days=7)
POSTS_PER_HOUR_OF_NEW_MEMBERS = 6
POSTS_PER_HOUR = 40


def too_fast(author: User) -> str:
    """A sentence for a member who has written enough this hour; "" for all others.

    Counts the posts themselves, so every process agrees and a form sent twice counts once.
    """
    new = timezone.now() - author.date_joined < NEW_FOR
    limit = POSTS_PER_HOUR_OF_NEW_MEMBERS if new else POSTS_PER_HOUR
    if Post.objects.filter(author=author, created_at__gt=timezone.now() - HOUR).count() < limit:
        return ""
    sentence = ngettext(
        "You have written %(number)d post in the last hour.",
        "You have written %(number)d posts in the last hour.",
        limit,
    ) % {"number": limit}
    advice = _("New members pause here for a while") if new else _("Please pause for a while")
    return f"{sentence} {advice}: " + _("your text is still below, so try again later.")
