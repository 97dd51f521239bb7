"""A board keeps its topics for a month at least, or for ever: for no month at all meant to delete whatever stands there."""

import django.core.validators
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_for_ever(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    apps.get_model("forums", "BoardPage").objects.filter(kept_months=0).update(kept_months=None)


class Migration(migrations.Migration):
    dependencies = [("forums", "0012_drafts_keep_the_whole_form")]
    operations = [
        migrations.RunPython(keep_for_ever, migrations.RunPython.noop),
        migrations.AlterField(
            "boardpage",
            "kept_months",
            models.PositiveSmallIntegerField(
                blank=True,
                help_text="Months after the last post; then a topic is deleted. Empty: for ever.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="keep topics for",
            ),
        ),
    ]
