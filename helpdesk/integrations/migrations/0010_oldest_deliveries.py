"""The index by which a team's oldest deliveries are found, which go; it is built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("integrations", "0009_deliveries_of_ticket")]

    operations = [
        BuildIndex(
            "webhookdelivery",
            models.Index(fields=["team", "created_at", "id"], name="subscription_delivery_oldest"),
        )
    ]
