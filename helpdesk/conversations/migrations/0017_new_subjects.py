"""Whether an e-mail came under another subject than the conversation has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0016_deleted_mailboxes")]

    operations = [
        migrations.AddField(
            "inboundemail",
            "has_new_subject",
            models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Nobody wrote under it on the ticket before.",
            ),
        ),
    ]
