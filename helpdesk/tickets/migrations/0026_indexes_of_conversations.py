"""Indexes of tickets that wait for a reply, and of those that continue others; built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0025_learner_pages")]

    operations = [
        BuildIndex(
            "ticket",
            models.Index(fields=["continues"], name="ticket_continues", condition=models.Q(continues__isnull=False)),
        ),
        BuildIndex(
            "ticket",
            models.Index(
                fields=["team", "-requested_at", "-id"],
                name="ticket_awaiting_reply",
                condition=models.Q(awaiting_reply_since__isnull=False),
            ),
        ),
    ]
