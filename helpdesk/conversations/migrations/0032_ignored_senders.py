"""Senders that are always ignored, what mail servers mark as spam, and e-mails that are ignored in one go."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0031_rating_by_day"),
        ("teams", "0021_told_of_learners"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IgnoredSender",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(help_text="Lower case.", max_length=320, verbose_name="address")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since"),
                ),
                (
                    "ignored_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
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
                "verbose_name": "ignored sender",
                "verbose_name_plural": "ignored senders",
                "constraints": [models.UniqueConstraint(fields=("team", "address"), name="sender_ignored_once")],
            },
        ),
        migrations.AddField(
            "inboundemail",
            "is_spam",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="The mail server of its mailbox says so, or somebody does: without a ticket it waits with others.",
                verbose_name="spam",
            ),
        ),
        migrations.AddField(
            "inboundemail",
            "ignored_together",
            models.UUIDField(
                blank=True,
                editable=False,
                help_text="By which those are known that were ignored in one go.",
                null=True,
            ),
        ),
        migrations.AddField(
            "inboundemail",
            "touched_at",
            models.DateTimeField(
                blank=True, editable=False, help_text="When somebody last had it wait for a decision.", null=True
            ),
        ),
    ]
