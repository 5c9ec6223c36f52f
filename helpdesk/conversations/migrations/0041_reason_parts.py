"""Why an e-mail is where it is, to be said in the language of whoever reads it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0040_signed_by")]

    operations = [
        migrations.AddField(
            "inboundemail",
            "reason_parts",
            models.JSONField(
                db_default={},
                default=dict,
                editable=False,
                help_text="The reason as codes and values, to be said in any language; empty of older e-mails.",
            ),
        ),
    ]
