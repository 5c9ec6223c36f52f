"""E-mails that wait, without spam; and those that were ignored in one go."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("conversations", "0032_ignored_senders")]

    operations = [
        BuildIndex(
            "inboundemail",
            models.Index(
                condition=models.Q(("state__in", ["held", "failed"]), ("is_spam", False)),
                fields=["team", "-received_at", "-id"],
                name="inbound_to_decide",
            ),
        ),
        BuildIndex(
            "inboundemail",
            models.Index(
                condition=models.Q(("ignored_together__isnull", False)),
                fields=["ignored_together"],
                name="inbound_ignored_together",
            ),
        ),
    ]
