"""The index of finished tickets on which words still stand; it is built with the product running."""

from django.db import migrations, models
from django.db.models import F, Q

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0040_forgotten_words")]

    operations = [
        BuildIndex(
            "ticket",
            models.Index(
                fields=["team", "last_activity_at", "id"],
                name="ticket_old_words",
                condition=Q(merged_into__isnull=True, status__in=["resolved", "closed"])
                & (Q(words_forgotten_at=None) | Q(words_forgotten_at__lt=F("last_activity_at"))),
            ),
        ),
    ]
