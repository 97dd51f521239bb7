"""Accounts made before there was a directory get a profile, with everything seen by members at most."""

from typing import Any

from django.db import migrations


def make_profiles(apps: Any, schema_editor: Any) -> None:
    profile = apps.get_model("members", "Profile")
    known = profile.objects.values("pk")
    missing = apps.get_model("accounts", "User").objects.exclude(pk__in=known).values_list("pk", flat=True)
    profile.objects.bulk_create([profile(user_id=pk) for pk in missing], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]

    operations = [migrations.RunPython(make_profiles, migrations.RunPython.noop)]
