"""An index of the tickets of which a message did not get to the learner; built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0023_sending")]

    operations = [
        BuildIndex(
            "ticket",
            models.Index(
                fields=["team", "sending_failed_at"],
                name="ticket_sending_failed",
                condition=models.Q(sending_failed_at__isnull=False),
            ),
        ),
    ]
