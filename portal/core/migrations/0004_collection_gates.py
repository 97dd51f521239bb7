"""Gates of collections, for those that are there, and the gate of the tree's root, where the admin's explorer begins."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.core.audiences import NO_GROUP, Condition, key_of


def first_gates(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    audience = apps.get_model("core", "Audience")
    known = [
        (restriction.collection.path, _condition(restriction))
        for restriction in apps.get_model("wagtailcore", "CollectionViewRestriction").objects.all()
    ]
    for collection in apps.get_model("wagtailcore", "Collection").objects.all():
        key = key_of(condition for prefix, condition in known if collection.path.startswith(prefix))
        apps.get_model("core", "CollectionGate").objects.create(
            collection=collection, audience=audience.objects.get_or_create(key=key)[0]
        )
    for root in apps.get_model("wagtailcore", "Page").objects.filter(depth=1, gate=None, view_restrictions=None):
        apps.get_model("core", "PageGate").objects.create(page=root, audience_id=1)


def _condition(restriction: models.Model) -> Condition:
    kind, groups = restriction.restriction_type, restriction.groups  # type: ignore[attr-defined]
    if kind == "login":
        return Condition()
    named = frozenset(group.pk for group in groups.all()) if kind == "groups" else frozenset[int]()
    return Condition(named or frozenset({NO_GROUP}))


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_letters_and_closed_sections"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="CollectionGate",
            fields=[
                (
                    "collection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="gate",
                        serialize=False,
                        to="wagtailcore.collection",
                    ),
                ),
                (
                    "audience",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="collection_gates", to="core.audience"
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="owned_collections",
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunPython(first_gates, migrations.RunPython.noop),
    ]
