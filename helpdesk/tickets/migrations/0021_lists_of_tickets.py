"""Indexes of the tickets of a lesson, and of the inbox in its other orders; built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex

IS_UNFINISHED = models.Q(merged_into__isnull=True, status__in=["new", "open", "pending", "on_hold"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0020_lessons_of_old_tickets")]

    operations = [
        BuildIndex(
            "ticket",
            models.Index(
                fields=["team", "-requested_at", "-id"], name="ticket_unfinished_newest", condition=IS_UNFINISHED
            ),
        ),
        BuildIndex(
            "ticket",
            models.Index(
                fields=["team", "-last_activity_at", "-id"], name="ticket_unfinished_active", condition=IS_UNFINISHED
            ),
        ),
        BuildIndex(
            "ticket",
            models.Index(
                fields=["lesson", "-requested_at", "-id"],
                name="ticket_of_lesson",
                condition=models.Q(lesson__isnull=False),
            ),
        ),
        BuildIndex(
            "ticket",
            models.Index(
                fields=["lesson", "merged_into"],
                name="ticket_merged_lesson",
                condition=models.Q(merged_into__isnull=False),
            ),
        ),
    ]
