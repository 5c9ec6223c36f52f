"""From when on a mailbox is fetched that was another account or folder before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0020_emails_with_bytes")]

    operations = [
        migrations.AddField(
            "mailbox",
            "account_since",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="From when on it is fetched where it is now, if it was another account or folder before.",
                null=True,
            ),
        ),
    ]
