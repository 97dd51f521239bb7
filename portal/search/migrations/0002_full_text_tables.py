"""The full-text tables and triggers of whichever dialect the database speaks (see `portal.search.engines.dialects`)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.search.engines import dialects


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if (dialect := dialects.of(schema_editor.connection)) is not None:
        dialect.install(schema_editor.connection)


def uninstall(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if (dialect := dialects.of(schema_editor.connection)) is not None:
        dialect.uninstall(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("portal_search", "0001_initial")]
    operations = [migrations.RunPython(install, uninstall)]
