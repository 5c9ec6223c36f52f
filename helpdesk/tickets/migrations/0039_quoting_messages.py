"""The index by which a team's messages that quote others are gone through; it is built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0038_messages_of_strangers")]

    operations = [
        BuildIndex(
            "message",
            models.Index(fields=["team", "id"], name="message_quoting", condition=~models.Q(quoted="")),
        )
    ]
