from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forums", "0005_answering")]

    operations = [
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("hidden", False)),
                fields=["board", "-last_post_at", "-id"],
                name="forums_topic_shown",
            ),
        ),
    ]
