import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count_misses(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was noted until now is what nothing answered."""
    apps.get_model("portal_search", "AskedQuery").objects.update(missed=models.F("times"))


def keep_misses(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Backwards: leave what nothing answered, as often as that was."""
    asked = apps.get_model("portal_search", "AskedQuery").objects
    asked.filter(missed=0).delete()
    asked.update(times=models.F("missed"))


class Migration(migrations.Migration):
    dependencies = [("portal_search", "0004_growing")]

    operations = [
        migrations.RenameModel("UnansweredQuery", "AskedQuery"),
        migrations.AlterModelOptions(
            name="askedquery",
            options={
                "ordering": ["-times", "normalised"],
                "verbose_name": "search",
                "verbose_name_plural": "searches",
            },
        ),
        migrations.AddField(
            model_name="askedquery",
            name="missed",
            field=models.PositiveIntegerField(db_index=True, default=0),
        ),
        migrations.RunPython(count_misses, keep_misses),
        migrations.CreateModel(
            name="OpenedHit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("times", models.PositiveIntegerField(default=1)),
                (
                    "query",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opened",
                        to="portal_search.askedquery",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("query", "position"), name="search_opened_once")],
            },
        ),
    ]
