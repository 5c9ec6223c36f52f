"""The indexes by which the e-mails of somebody are found; they are built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("conversations", "0018_languages")]

    operations = [
        BuildIndex(
            "inboundemail",
            models.Index(
                fields=["team", "sender_address"], name="inbound_of_sender", condition=~models.Q(sender_address="")
            ),
        ),
        BuildIndex(
            "inboundemail",
            models.Index(
                fields=["team", "envelope_from"], name="inbound_of_envelope", condition=~models.Q(envelope_from="")
            ),
        ),
        BuildIndex(
            "inboundemail",
            models.Index(fields=["team", "id"], name="inbound_unfiled", condition=models.Q(ticket__isnull=True)),
        ),
    ]
