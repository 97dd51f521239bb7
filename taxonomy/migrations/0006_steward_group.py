"""The stewards' group, and the first versions of the terms that are there. Apart from the tables: a database may refuse
to change a table in the transaction that fills it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STEWARDS = "Terminology stewards"
MODELS = ("scheme", "concept")
ACTIONS = ("add", "change", "delete", "view")


def make_stewards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Stewards enter the admin and look after the whole vocabulary there. Moderators no longer settle terms, so they
    keep no hand in the schemes either."""
    groups = apps.get_model("auth", "Group").objects
    permissions = apps.get_model("auth", "Permission").objects
    stewards, _made = groups.get_or_create(name=STEWARDS)
    admin, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="wagtailadmin", model="admin"
    )
    access, _made = permissions.get_or_create(
        content_type=admin, codename="access_admin", defaults={"name": "Can access Wagtail admin"}
    )
    stewards.permissions.add(access)
    names = [f"{action}_{model}" for model in MODELS for action in ACTIONS]
    stewards.permissions.add(*permissions.filter(content_type__app_label="taxonomy", codename__in=names))
    moderators = groups.filter(name="Moderators").first()
    if moderators is not None:
        settled = ("add_scheme", "change_scheme")
        moderators.permissions.remove(*permissions.filter(content_type__app_label="taxonomy", codename__in=settled))


def begin_history(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What is there already gets its first version, as of the day on which it was made."""
    concepts = apps.get_model("taxonomy", "Concept").objects.values_list("pk", "created_at", "status")
    versions = apps.get_model("taxonomy", "ConceptVersion")
    versions.objects.bulk_create(
        (
            versions(concept_id=pk, number=1, at=at, changes=[{"field": "status", "before": "", "after": status}])
            for pk, at, status in concepts.iterator(chunk_size=1000)
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0005_proposals")]
    operations = [
        migrations.RunPython(make_stewards, migrations.RunPython.noop),
        migrations.RunPython(begin_history, migrations.RunPython.noop),
    ]
