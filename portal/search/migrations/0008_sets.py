"""SQLite: sets of entries as bitmaps, titles by themselves, and exact words without prefixes, which titles have now."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.search.engines import dialects


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    connection = schema_editor.connection
    dialect = dialects.of(connection)
    if dialect is not None and connection.vendor == "sqlite":
        dialect.uninstall(connection)
        dialect.install(connection)


def uninstall(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    connection = schema_editor.connection
    dialect = dialects.of(connection)
    if dialect is not None and connection.vendor == "sqlite":
        dialect.uninstall(connection)


class Migration(migrations.Migration):
    dependencies = [("portal_search", "0007_acknowledged_removals")]
    operations = [migrations.RunPython(install, uninstall)]
