"""What became of the test of a sender, as the server that took it says."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0022_relays")]

    operations = [
        migrations.AddField(
            "senderidentity",
            "test_results",
            models.JSONField(
                db_default={},
                default=dict,
                editable=False,
                help_text="What the server that took the test says of SPF, DKIM and DMARC.",
                verbose_name="found by the test",
            ),
        ),
    ]
