"""Which e-mails a mail server of ours handed over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0021_moved_mailboxes")]

    operations = [
        migrations.AddField(
            "inboundemail",
            "by_relay",
            models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="A mail server of ours handed it over, which says whether a sender is who they say.",
            ),
        ),
    ]
