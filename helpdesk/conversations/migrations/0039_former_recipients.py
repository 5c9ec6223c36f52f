"""To which addresses an e-mail went before the learner's was corrected."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0038_ignored_senders_go_along")]

    operations = [
        migrations.AddField(
            "dispatch",
            "former_recipients",
            models.JSONField(
                db_default=[],
                default=list,
                editable=False,
                help_text="Those that it was meant for before the address was corrected; what is told of them is not of this one.",
            ),
        ),
    ]
