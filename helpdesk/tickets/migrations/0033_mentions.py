"""Whom notes name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0032_guess_indexes")]

    operations = [
        migrations.AddField(
            "message",
            "mentions",
            models.JSONField(
                db_default=[],
                default=list,
                editable=False,
                help_text="Whom a note names, and by which words; see helpdesk.tickets.mentions.",
                verbose_name="mentions",
            ),
        ),
    ]
