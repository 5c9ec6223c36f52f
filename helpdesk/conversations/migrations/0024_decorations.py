"""Which pictures only belong to the looks of an e-mail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0023_test_results")]

    operations = [
        migrations.AddField(
            "attachment",
            "is_decoration",
            models.BooleanField(
                default=False,
                db_default=False,
                editable=False,
                help_text="It belongs to the looks of an e-mail, as a logo does: shown with its HTML alone.",
            ),
        )
    ]
