"""Proposals with what is said about them, who watches, and the history of terms."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("taxonomy", "0004_stewards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_change", models.BooleanField(default=False)),
                ("title", models.CharField(max_length=160)),
                ("wanted", models.JSONField(default=dict)),
                ("base", models.JSONField(blank=True, default=dict)),
                ("reason", models.TextField()),
                ("reason_html", models.TextField(editable=False)),
                ("sources", models.TextField(blank=True)),
                ("sources_html", models.TextField(blank=True, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("revise", "Changes asked for"),
                            ("agreed", "Agreed"),
                            ("merged", "Merged"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("hidden", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("client_token", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "concept",
                    models.ForeignKey(
                        blank=True,
                        help_text="what it changes",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="taxonomy.concept",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="merged",
                        to="taxonomy.proposal",
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        blank=True,
                        help_text="what came of it",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="taxonomy.concept",
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="taxonomy.scheme"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ConceptVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changes", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="taxonomy.concept"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="versions",
                        to="taxonomy.proposal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed this"),
                            ("comment", "wrote"),
                            ("revised", "revised the proposal"),
                            ("withdrawn", "withdrew the proposal"),
                            ("asked", "asked for changes"),
                            ("agreed", "agreed"),
                            ("merged", "merged the proposal"),
                            ("declined", "declined the proposal"),
                        ],
                        default="comment",
                        max_length=10,
                    ),
                ),
                ("body", models.TextField(blank=True)),
                ("html", models.TextField(blank=True, editable=False)),
                ("changes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("hidden", models.BooleanField(default=False)),
                ("client_token", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="remarks", to="taxonomy.proposal"
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Stand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("supports", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("revision", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stands", to="taxonomy.proposal"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("active", models.BooleanField(default=True)),
                (
                    "concept",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="taxonomy.concept",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="taxonomy.proposal",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["state", "-created_at"], name="taxonomy_proposals_by_state"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["-settled_at", "-id"], name="taxonomy_proposals_settled"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client_token", ""), _negated=True),
                fields=("proposer", "client_token"),
                name="taxonomy_one_proposal_per_token",
            ),
        ),
        migrations.AddIndex(
            model_name="conceptversion",
            index=models.Index(fields=["-at", "-id"], name="taxonomy_newest_versions"),
        ),
        migrations.AddConstraint(
            model_name="conceptversion",
            constraint=models.UniqueConstraint(fields=("concept", "number"), name="taxonomy_version_only_once"),
        ),
        migrations.AddConstraint(
            model_name="remark",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client_token", ""), _negated=True),
                fields=("author", "client_token"),
                name="taxonomy_one_remark_per_token",
            ),
        ),
        migrations.AddConstraint(
            model_name="stand",
            constraint=models.UniqueConstraint(fields=("proposal", "member"), name="taxonomy_one_stand_per_member"),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proposal", None)),
                fields=("concept", "member"),
                name="taxonomy_one_watch_of_a_term",
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("concept", None)),
                fields=("proposal", "member"),
                name="taxonomy_one_watch_of_a_proposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("concept", None), ("proposal__isnull", False)),
                    models.Q(("concept__isnull", False), ("proposal", None)),
                    _connector="OR",
                ),
                name="taxonomy_watch_of_one_thing",
            ),
        ),
    ]
