"""The two rows that must exist: the public audience, whose id is known to the code, and the cache generation."""

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def first_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    audience = apps.get_model("core", "Audience")
    audience.objects.get_or_create(pk=1, key="")
    apps.get_model("core", "CacheGeneration").objects.get_or_create(pk=1)
    # PostgreSQL counts ids by itself and does not know of the one that was given.
    for statement in schema_editor.connection.ops.sequence_reset_sql(no_style(), [audience]):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(first_rows, migrations.RunPython.noop)]
