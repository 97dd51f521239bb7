"""Replaces Wagtail's welcome page by the portal's home page, so that a migrated database serves a site."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def plant_home(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="home", model="homepage"
    )
    page_model = apps.get_model("wagtailcore", "Page")
    page_model.objects.filter(slug="home", depth=2).delete()
    home = apps.get_model("home", "HomePage").objects.create(
        title="Common Ground",
        draft_title="Common Ground",
        slug="home",
        content_type=content_type,
        path="00010001",
        depth=2,
        numchild=0,
        url_path="/home/",
        locale_id=apps.get_model("wagtailcore", "Locale").objects.first().pk,
        summary="Cases with evidence, tools to adapt and peers who answer: "
        "from people who run shared services in government.",
        often_looked_for="Payback, Service-level agreement, Right to leave, Chargeback",
    )
    page_model.objects.filter(path="0001").update(numchild=1)
    apps.get_model("core", "PageGate").objects.create(page_id=home.pk, audience_id=1)
    apps.get_model("wagtailcore", "Site").objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "site_name": "Common Ground", "root_page_id": home.pk},
    )


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("core", "0002_first_rows"),
    ]
    operations = [migrations.RunPython(plant_home, migrations.RunPython.noop)]
