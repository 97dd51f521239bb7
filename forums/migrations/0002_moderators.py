"""Gives the Moderators group what it needs in the admin: to see topics and posts, and to hide, lock and pin them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAMES = {"view": "Can view", "change": "Can change"}


def let_moderators_moderate(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_types = apps.get_model("contenttypes", "ContentType")
    permissions = apps.get_model("auth", "Permission")
    moderators, _created = apps.get_model("auth", "Group").objects.get_or_create(name="Moderators")
    for model in ("topic", "post"):
        content_type, _created = content_types.objects.get_or_create(app_label="forums", model=model)
        for action, words in NAMES.items():
            permission, _created = permissions.objects.get_or_create(
                content_type=content_type, codename=f"{action}_{model}", defaults={"name": f"{words} {model}"}
            )
            moderators.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("forums", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        # Wagtail's own migration makes the group.
        ("wagtailcore", "0002_initial_data"),
    ]
    operations = [migrations.RunPython(let_moderators_moderate, migrations.RunPython.noop)]
