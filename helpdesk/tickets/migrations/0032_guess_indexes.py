"""Indexes of tickets whose topic is known, the newest first; built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex

HAS_TOPIC = models.Q(merged_into__isnull=True) & ~models.Q(topic="")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0030_quoted_mail")]

    operations = [
        BuildIndex(
            "ticket",
            models.Index(
                fields=[field, "-requested_at", "-id"],
                include=["topic"],
                name=f"ticket_topic_{field}",
                condition=HAS_TOPIC,
            ),
        )
        for field in ("team", "course", "lesson")
    ]
