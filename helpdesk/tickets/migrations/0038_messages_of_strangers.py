"""The index by which what somebody wrote on tickets of others is found; it is built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0037_kinds_in_code")]

    operations = [
        BuildIndex(
            "message",
            models.Index(
                fields=["team", "author_email"], name="message_of_stranger", condition=~models.Q(author_email="")
            ),
        )
    ]
