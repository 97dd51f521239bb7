"""The index of boards shows numbers that are kept (`forums.counting`); what is there already is counted once."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Count, F, Q

WAITS = {
    "kind": "question",
    "locked": False,
    "reply_count": 0,
    "accepted_count": 0,
    "duplicate_of": None,
    "merged_into": None,
}


def tally(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    shown = apps.get_model("forums", "Topic").objects.filter(hidden=False)
    tallies = apps.get_model("forums", "BoardTally").objects
    shown.update(tallied_on=F("board_id"))
    shown.filter(**WAITS).update(tallied_waiting=True)
    numbers = shown.order_by().values("board_id").annotate(topics=Count("pk"), waiting=Count("pk", filter=Q(**WAITS)))
    tallies.bulk_create([tallies.model(**row) for row in numbers])


class Migration(migrations.Migration):
    dependencies = [("forums", "0010_letters_are_notices")]
    operations = [
        migrations.CreateModel(
            name="BoardTally",
            fields=[
                (
                    "board",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tally",
                        serialize=False,
                        to="forums.boardpage",
                    ),
                ),
                ("topics", models.IntegerField(default=0)),
                ("waiting", models.IntegerField(default=0)),
            ],
        ),
        migrations.AddField("topic", "tallied_on", models.BigIntegerField(default=0, editable=False)),
        migrations.AddField("topic", "tallied_waiting", models.BooleanField(default=False, editable=False)),
        migrations.RunPython(tally, migrations.RunPython.noop),
    ]
