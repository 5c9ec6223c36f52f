"""How a form was sent, so that one which comes again as “Send and resolve” resolves the ticket."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0033_emails_to_decide")]

    operations = [
        migrations.AddField(
            model_name="sentform",
            name="then",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The status that it left the ticket in.",
                max_length=10,
            ),
        ),
    ]
