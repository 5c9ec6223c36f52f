"""The index by which what was told of a ticket is found; it is built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("integrations", "0008_events_in_code")]

    operations = [
        BuildIndex(
            "webhookdelivery",
            models.Index(
                fields=["ticket"],
                name="subscription_delivery_ticket",
                condition=models.Q(ticket__isnull=False),
            ),
        )
    ]
