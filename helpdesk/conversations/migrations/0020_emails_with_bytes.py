"""The index of e-mails of which the bytes are still there; it is built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("conversations", "0019_finding_emails")]

    operations = [
        BuildIndex(
            "inboundemail",
            models.Index(
                fields=["team", "received_at", "id"],
                name="inbound_with_bytes",
                condition=models.Q(("size__gt", 0), ("state__in", ["filed", "ignored"])),
            ),
        )
    ]
