"""What was sent from a learner's page is not read by way of its form.

The version before writes the column still: it stays, empty in new rows and without its foreign key, which would keep
messages from being deleted. The release after this one drops it.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0012_guesses")]

    operations = [
        migrations.AlterField(
            "submission",
            "message",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tickets.message",
            ),
        ),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("submission", "message")]),
    ]
