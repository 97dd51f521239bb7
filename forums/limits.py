"""How fast members may write: enough for a lively day, too little for a flood."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import Post
from portal.accounts.models import User
from portal.core.prepared import prepared

HOUR = timedelta(hours=1)
NEW_FOR = timedelta(days=7)
POSTS_PER_HOUR_OF_NEW_MEMBERS = 6
POSTS_PER_HOUR = 40
PUT_FORWARD_AN_HOUR = 12
SITES_OF_NEW_MEMBERS = 2


def is_new(author: User) -> bool:
    """Whether the member has joined within the last days."""
    return timezone.now() - author.date_joined < NEW_FOR


def too_many_links(author: User, number: int) -> str:
    """A sentence for a new member whose post leads to so many other sites; "" for all others."""
    if number <= SITES_OF_NEW_MEMBERS or not is_new(author):
        return ""
    sentence = ngettext(
        "In their first week members link to %(number)d other site in a post.",
        "In their first week members link to %(number)d other sites in a post.",
        SITES_OF_NEW_MEMBERS,
    ) % {"number": SITES_OF_NEW_MEMBERS}
    return sentence + " " + _("Take some links out: your text is still below.")


def too_fast(author: User) -> str:
    """A sentence for a member who has written enough this hour; "" for all others.

    Counts the posts themselves, so every process agrees and a form sent twice counts once.
    """
    new = is_new(author)
    limit = POSTS_PER_HOUR_OF_NEW_MEMBERS if new else POSTS_PER_HOUR
    if len(_since(author.pk, timezone.now() - HOUR)) < limit:
        return ""
    sentence = ngettext(
        "You have written %(number)d post in the last hour.",
        "You have written %(number)d posts in the last hour.",
        limit,
    ) % {"number": limit}
    advice = _("New members pause here for a while") if new else _("Please pause for a while")
    return f"{sentence} {advice}: " + _("your text is still below, so try again later.")


@prepared
def _since(author_id: int, moment: datetime) -> "QuerySet[Post, int]":
    return Post.objects.filter(author=author_id, created_at__gt=moment).values_list("pk", flat=True)
