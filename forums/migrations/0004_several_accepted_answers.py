from typing import Any

from django.conf import settings
from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone


def mark_the_posts(apps: Any, schema_editor: Any) -> None:
    """Nobody kept when an answer was accepted: what is known is when it was written."""
    topic, post = apps.get_model("forums", "Topic"), apps.get_model("forums", "Post")
    accepted = topic.objects.filter(accepted_post__isnull=False, accepted_post__hidden=False)
    post.objects.filter(pk__in=accepted.values("accepted_post")).update(accepted_at=F("created_at"))
    accepted.update(accepted_count=1)


def name_one_post(apps: Any, schema_editor: Any) -> None:
    """Back to one accepted answer for each topic: the one that helped most."""
    topic, post = apps.get_model("forums", "Topic"), apps.get_model("forums", "Post")
    best = post.objects.filter(topic=OuterRef("pk"), accepted_at__isnull=False).order_by("-helped_count", "accepted_at")
    topic.objects.filter(accepted_count__gt=0).update(accepted_post=Subquery(best.values("pk")[:1]))


def catch_everybody_up(apps: Any, schema_editor: Any) -> None:
    """Nobody kept what members had read: what stood here before counts as read."""
    caught_up, user = apps.get_model("forums", "CaughtUp"), apps.get_model("accounts", "User")
    now = timezone.now()
    members = user.objects.values_list("pk", flat=True)
    caught_up.objects.bulk_create((caught_up(member_id=pk, at=now) for pk in members), batch_size=500)


def nothing(apps: Any, schema_editor: Any) -> None:
    """The table is emptied by the migration before."""


class Migration(migrations.Migration):
    dependencies = [("forums", "0003_daily_place"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RunPython(mark_the_posts, name_one_post),
        migrations.RunPython(catch_everybody_up, nothing),
    ]
