"""What moderators did stood in Wagtail's log; it moves into the one trail of the moderation."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MODELS = ("topic", "post")


def move_entries(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    entries = apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(
        action__startswith="forums.", content_type__app_label="forums", content_type__model__in=MODELS
    )
    acts = apps.get_model("moderation", "Act")
    boards = {
        "topic": apps.get_model("forums", "Topic").objects.values_list("board_id", flat=True),
        "post": apps.get_model("forums", "Post").objects.values_list("topic__board_id", flat=True),
    }
    for entry in entries.select_related("content_type").iterator():
        acts.objects.create(
            name=entry.action,
            by_id=entry.user_id,
            at=entry.timestamp,
            kind=entry.content_type.model,
            key=entry.object_id,
            title=entry.label[:200],
            page_id=boards[entry.content_type.model].filter(pk=int(entry.object_id)).first(),
            # Of these the trail does not know enough to take them back.
            data={"former": True},
        )
    entries.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("forums", "0007_held_topics"),
        ("moderation", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]
    operations = [migrations.RunPython(move_entries, migrations.RunPython.noop)]
