import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal_search", "0002_full_text_tables")]
    operations = [
        migrations.CreateModel(
            name="UnansweredQuery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("normalised", models.CharField(max_length=120, unique=True)),
                ("text", models.CharField(max_length=120)),
                ("times", models.PositiveIntegerField(default=1)),
                ("first_asked", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_asked", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "search without results",
                "verbose_name_plural": "searches without results",
                "ordering": ["-times", "normalised"],
            },
        ),
    ]
