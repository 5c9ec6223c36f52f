"""Of a note, the time until which it can be undone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0033_mentions")]

    operations = [
        migrations.AlterField(
            "message",
            "send_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Until then it can be undone; of a note, till the team sees it.",
                null=True,
                verbose_name="sent from",
            ),
        ),
    ]
