"""Moderators decide on accounts that wait for approval."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def moderators_approve(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="accounts", model="waitingaccount"
    )
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename="change_waitingaccount",
        defaults={"name": "Can change account waiting for approval"},
    )
    apps.get_model("auth", "Group").objects.get(name="Moderators").permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_invitations_approval_and_history")]
    operations = [migrations.RunPython(moderators_approve, migrations.RunPython.noop)]
