"""The full-text tables and triggers of whichever dialect the database speaks (see `portal.search.engines.sqlite`)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.search.engines import sqlite


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if sqlite.supported(schema_editor.connection):
        sqlite.install(schema_editor.connection)


def uninstall(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if sqlite.supported(schema_editor.connection):
        sqlite.uninstall(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("portal_search", "0001_initial")]
    operations = [migrations.RunPython(install, uninstall)]
