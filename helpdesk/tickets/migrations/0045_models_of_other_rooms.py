"""Saved views are a model of the room inbox, and who views a ticket one of workspace: their tables stay as they are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0044_plain_help_texts"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("SavedView"), migrations.DeleteModel("TicketViewer")]
        ),
    ]
