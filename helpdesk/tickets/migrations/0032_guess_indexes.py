"""Indexes of tickets whose question is known, the newest first; built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex

IS_KNOWN = models.Q(merged_into__isnull=True, question_known_at__isnull=False)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0031_first_reply_event")]

    operations = [
        BuildIndex(
            "ticket",
            models.Index(
                fields=[field, "-requested_at", "-id"],
                include=["topic"],
                name=f"ticket_known_{field}",
                condition=IS_KNOWN,
            ),
        )
        for field in ("team", "course", "lesson")
    ]
