from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forums", "0011_tallies")]
    operations = [
        migrations.AddField(
            model_name="draft",
            name="data",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
