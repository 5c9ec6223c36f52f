"""Who got data of whom, when the log is gone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0019_oldest_activity"),
        ("integrations", "0010_oldest_deliveries"),
        ("teams", "0014_second_factors"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("receiver", models.CharField(help_text="The host.", max_length=255, verbose_name="receiver")),
                ("first_at", models.DateTimeField(verbose_name="first")),
                ("last_at", models.DateTimeField(verbose_name="last")),
                (
                    "learner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="courses.learner",
                        verbose_name="learner",
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
                "verbose_name": "receiver of a learner’s data",
                "verbose_name_plural": "receivers of learners’ data",
                "indexes": [models.Index(fields=["team"], name="disclosure_of_team")],
                "constraints": [models.UniqueConstraint(fields=("learner", "receiver"), name="disclosure_once")],
            },
        ),
    ]
