"""Editors write and send for review, Moderators publish: stated here rather than trusted to Wagtail's first migrations.

Nothing is taken away, so an administrator's additions stay.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PAGES = {"Editors": ("add", "change"), "Moderators": ("add", "change", "publish", "lock", "unlock")}


def _permission(apps: Apps, app_label: str, model: str, codename: str, name: str) -> object:
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return permission


def staff_groups(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    root = apps.get_model("wagtailcore", "Page").objects.filter(depth=1).first()
    page_permission = apps.get_model("wagtailcore", "GroupPagePermission")
    for name, verbs in PAGES.items():
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(
            _permission(apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin"),
        )
        if root is None:
            continue
        for verb in verbs:
            permission = _permission(apps, "wagtailcore", "page", f"{verb}_page", f"Can {verb} page")
            page_permission.objects.get_or_create(group=group, page=root, permission=permission)
    moderators = apps.get_model("auth", "Group").objects.get(name="Moderators")
    moderators.permissions.add(
        _permission(apps, "core", "problemreport", "view_problemreport", "Can view problem report"),
        _permission(apps, "core", "problemreport", "change_problemreport", "Can change problem report"),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
        ("wagtaildocs", "0011_add_choose_permissions"),
    ]
    operations = [migrations.RunPython(staff_groups, migrations.RunPython.noop)]
