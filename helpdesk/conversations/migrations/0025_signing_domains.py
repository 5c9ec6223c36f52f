"""By whose signature a sender was believed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0024_decorations")]

    operations = [
        migrations.AddField(
            "inboundemail",
            "signing_domain",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="The domain whose DKIM signature showed who wrote it, where no mail server of ours had looked.",
                max_length=255,
                verbose_name="signed by",
            ),
        )
    ]
