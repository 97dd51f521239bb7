"""Forget Wagtail's notes that topics are used by their posts: nothing reads them, and each post made another."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    noted = apps.get_model("wagtailcore", "ReferenceIndex").objects.all()
    noted.filter(base_content_type__app_label="forums", base_content_type__model="post").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("forums", "0013_keep_a_month_at_least"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0078_referenceindex"),
    ]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
