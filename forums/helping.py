"""What members press beside writing: an answer helped them, they have the problem of a question too.

Every function is atomic and says False if nothing changed. The counters are counted up and down in the database, so
that two members who press at the same moment are both counted; `recount` sets right what is wrong all the same.
"""

from typing import Any

from django.db import models, transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from forums.models import Affected, Helped, Post, Topic
from portal.accounts.models import User
from portal.core import pagecache


@transaction.atomic
def helped(post: Post, member: User) -> bool:
    """`post` helped the member. False if he or she has said so before, or if it is the question or hidden."""
    if not Post.objects.filter(pk=post.pk, hidden=False, position__gt=1).exists():
        return False
    if not Helped.objects.get_or_create(post_id=post.pk, member_id=member.pk)[1]:
        return False
    Post.objects.filter(pk=post.pk).update(helped_count=F("helped_count") + 1)
    pagecache.bump()
    return True


@transaction.atomic
def not_helped(post: Post, member: User) -> bool:
    """The member takes it back. False if he or she had not said so."""
    if not Helped.objects.filter(post=post.pk, member=member.pk).delete()[0]:
        return False
    Post.objects.filter(pk=post.pk, helped_count__gt=0).update(helped_count=F("helped_count") - 1)
    pagecache.bump()
    return True


@transaction.atomic
def affected(topic: Topic, member: User) -> bool:
    """The member has the problem of `topic` too. False if he or she has said so before."""
    if not Affected.objects.get_or_create(topic_id=topic.pk, member_id=member.pk)[1]:
        return False
    Topic.objects.filter(pk=topic.pk).update(affected_count=F("affected_count") + 1)
    pagecache.bump()
    return True


@transaction.atomic
def not_affected(topic: Topic, member: User) -> bool:
    """The member takes it back. False if he or she had not said so."""
    if not Affected.objects.filter(topic=topic.pk, member=member.pk).delete()[0]:
        return False
    Topic.objects.filter(pk=topic.pk, affected_count__gt=0).update(affected_count=F("affected_count") - 1)
    pagecache.bump()
    return True


@transaction.atomic
def recount() -> int:
    """Set wrong numbers right, and end the stored pages if there were any; how many were wrong."""
    wrong = _recount(Post.objects.all(), Helped.objects.all(), "post", "helped_count")
    wrong += _recount(Topic.objects.all(), Affected.objects.all(), "topic", "affected_count")
    if wrong:
        pagecache.bump()
    return wrong


def _recount(counted: "QuerySet[Any]", rows: "QuerySet[Any]", name: str, counter: str) -> int:
    """Only what somebody pressed, or what has a number, can be wrong: the rest is not read."""
    each = rows.filter(**{name: OuterRef("pk")}).order_by().values(name).annotate(number=Count("pk")).values("number")
    real = Coalesce(Subquery(each, output_field=models.IntegerField()), Value(0))
    numbered = counted.filter(**{f"{counter}__gt": 0}).exclude(**{counter: real}).update(**{counter: real})
    return numbered + counted.filter(**{counter: 0, "pk__in": rows.values(name)}).update(**{counter: real})
