"""The record of incidents."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0002_team_retention"),
        ("teams", "0014_second_factors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=150, verbose_name="in a few words")),
                (
                    "known_at",
                    models.DateTimeField(
                        help_text="When someone of the team learned of it.", verbose_name="known since"
                    ),
                ),
                (
                    "occurred_at",
                    models.DateTimeField(
                        blank=True, help_text="As far as it is known.", null=True, verbose_name="happened"
                    ),
                ),
                (
                    "what",
                    models.TextField(
                        help_text="Don’t name anyone: roles and numbers are enough.", verbose_name="what happened"
                    ),
                ),
                (
                    "data",
                    models.TextField(
                        blank=True,
                        help_text="Such as names, addresses, what learners wrote.",
                        verbose_name="which data",
                    ),
                ),
                (
                    "people",
                    models.TextField(
                        blank=True,
                        help_text="Such as the learners of a course. Say whether children are among them.",
                        verbose_name="whose data",
                    ),
                ),
                ("people_count", models.PositiveIntegerField(blank=True, null=True, verbose_name="how many people")),
                (
                    "risk_level",
                    models.CharField(
                        choices=[
                            ("unknown", "Not known yet"),
                            ("likely", "It may cause relevant harm"),
                            ("unlikely", "No relevant harm"),
                        ],
                        default="unknown",
                        max_length=10,
                        verbose_name="risk",
                    ),
                ),
                ("risk", models.TextField(blank=True, verbose_name="what harm it may cause")),
                (
                    "protection",
                    models.TextField(blank=True, help_text="Before and since.", verbose_name="what protected the data"),
                ),
                (
                    "measures",
                    models.TextField(
                        blank=True, help_text="To end it, and to make good.", verbose_name="what was done"
                    ),
                ),
                ("authority_told_at", models.DateTimeField(blank=True, null=True, verbose_name="ANPD told")),
                ("people_told_at", models.DateTimeField(blank=True, null=True, verbose_name="people told")),
                ("delay", models.TextField(blank=True, verbose_name="why later, or not at all")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="recorded"),
                ),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "indexes": [models.Index(fields=["team", "-id"], name="incident_newest")],
            },
        ),
    ]
