"""E-mails stay when the mailbox that they came through is deleted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0015_renewed_tokens")]

    operations = [
        migrations.AlterField(
            "inboundemail",
            "mailbox",
            models.ForeignKey(
                help_text="Empty once the mailbox was deleted.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="emails",
                to="conversations.mailbox",
                verbose_name="mailbox",
            ),
        ),
    ]
