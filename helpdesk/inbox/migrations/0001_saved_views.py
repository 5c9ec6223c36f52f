"""Saved views, whose table is there already: tickets/migrations/0004 created it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import helpdesk.inbox.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("teams", "0024_two_factor_choices"),
        ("tickets", "0045_models_of_other_rooms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="name")),
                        (
                            "query",
                            models.CharField(
                                help_text="The query string of the inbox's address.",
                                max_length=2000,
                                verbose_name="query",
                            ),
                        ),
                        ("is_shared", models.BooleanField(default=False, verbose_name="shared with the team")),
                        (
                            "created_at",
                            models.DateTimeField(
                                default=django.utils.timezone.now, editable=False, verbose_name="saved"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty if the account of the person who shared it is gone.",
                                null=True,
                                on_delete=helpdesk.inbox.models.keep_shared_views,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to="teams.team",
                                verbose_name="team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "saved view",
                        "verbose_name_plural": "saved views",
                        "db_table": "tickets_savedview",
                        "constraints": [
                            models.UniqueConstraint(fields=("team", "owner", "name"), name="saved_view_name")
                        ],
                    },
                ),
            ]
        ),
    ]
