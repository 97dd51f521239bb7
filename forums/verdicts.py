"""Accepting marks that posts lose when they are hidden or put elsewhere, and get back when that is undone. The trail
keeps them as {id of the post: moment}, in the forms that JSON has."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from forums.models import Post, Topic

if TYPE_CHECKING:
    from django.db.models import QuerySet


def marks_of(posts: "QuerySet[Post]") -> dict[str, str]:
    """When those of `posts` that are accepted were accepted: one query."""
    accepted = posts.filter(accepted_at__isnull=False).order_by().values_list("pk", "accepted_at")
    return {str(pk): moment.isoformat() for pk, moment in accepted if moment}


def put_back(marks: Mapping[str, str]) -> None:
    """Mark the posts as they were, as far as they can be accepted where they stand now. Their topics are locked, and
    settled afterwards."""
    shown = Post.objects.filter(hidden=False, position__gt=1, topic__kind=Topic.Kind.QUESTION, accepted_at=None)
    for pk, moment in marks.items():
        shown.filter(pk=int(pk)).update(accepted_at=datetime.fromisoformat(moment))
