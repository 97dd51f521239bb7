"""The version row, and what editors and moderators may do with the vocabulary in the admin."""

import uuid

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MODELS = ("scheme", "concept")
ACTIONS = ("add", "change", "delete", "view")
# What an editor may do with an agreed term is narrower still: see taxonomy.access.
ALLOWED = {
    "Editors": {"scheme": ("view",), "concept": ("add", "change", "delete", "view")},
    "Moderators": {"scheme": ("add", "change", "view"), "concept": ("add", "change", "delete", "view")},
}


def add_version(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("taxonomy", "VocabularyVersion").objects.get_or_create(pk=1, defaults={"token": uuid.uuid4().hex})


def grant(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Django makes permissions after all migrations only, so those needed here are made by hand, equally named."""
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for model in MODELS:
        content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="taxonomy", model=model
        )
        permissions = {
            action: permission_model.objects.get_or_create(
                content_type=content_type, codename=f"{action}_{model}", defaults={"name": f"Can {action} {model}"}
            )[0]
            for action in ACTIONS
        }
        for group_name, allowed in ALLOWED.items():
            group, _made = group_model.objects.get_or_create(name=group_name)
            group.permissions.add(*(permissions[action] for action in allowed[model]))


class Migration(migrations.Migration):
    dependencies = [
        ("taxonomy", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        # Wagtail's own migrations make the groups and let them into the admin.
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]
    operations = [
        migrations.RunPython(add_version, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
