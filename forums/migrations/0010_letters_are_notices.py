"""Mails of answers that were owed when the portal was brought up to date go out as notices, which they are from now on;
what is no longer there to be told of is settled."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

BEFORE, NOW_ON = "forum-answer", "notice"
VERB = "forums.answer"


def hand_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    letters = apps.get_model("core", "Letter").objects
    posts = apps.get_model("forums", "Post").objects
    notices = apps.get_model("notifications", "Notification").objects
    for letter in letters.filter(kind=BEFORE, settled_at=None).exclude(recipient=None).iterator():
        post = posts.filter(pk=letter.about or 0).first()
        if post is None:
            continue
        notice, _made = notices.get_or_create(
            recipient_id=letter.recipient_id,
            verb=VERB,
            key=str(post.pk),
            defaults={
                "about": post.pk,
                "source": f"topic:{post.topic_id}",
                "actor_id": post.author_id,
                "channel": "now",
                "at": post.created_at,
            },
        )
        letters.filter(pk=letter.pk).update(kind=NOW_ON, key=str(notice.pk), about=notice.pk)
    letters.filter(kind=BEFORE, settled_at=None).update(settled_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("forums", "0009_files_of_posts"),
        ("core", "0004_collection_gates"),
        ("notifications", "0001_initial"),
    ]
    operations = [migrations.RunPython(hand_over, migrations.RunPython.noop)]
