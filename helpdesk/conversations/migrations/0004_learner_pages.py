import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0003_dns_findings"),
        ("tickets", "0025_learner_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "link",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="submissions",
                        to="conversations.learnerlink",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "constraints": [models.UniqueConstraint(fields=("link", "key"), name="submission_once")],
            },
        ),
        migrations.CreateModel(
            name="PageAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("forged", "A link that never existed was opened"),
                            ("sent", "Something was sent"),
                            ("link_requested", "A new link was requested"),
                        ],
                        max_length=20,
                    ),
                ),
                ("address", models.GenericIPAddressField(help_text="For IPv6, the /64 network.")),
                (
                    "created_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False),
                ),
                (
                    "link",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="conversations.learnerlink",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt on a learner's page",
                "verbose_name_plural": "attempts on learners' pages",
                "indexes": [
                    models.Index(fields=["address", "kind", "created_at"], name="page_attempt_address"),
                    models.Index(fields=["link", "kind", "created_at"], name="page_attempt_link"),
                ],
            },
        ),
    ]
