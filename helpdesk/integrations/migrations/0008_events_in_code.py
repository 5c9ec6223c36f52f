"""The events are looked up in the code, so that another one needs no migration.

Nothing changes in the database, to which the size of an array is a comment.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

from helpdesk.integrations.events import event_choices


class Migration(migrations.Migration):
    dependencies = [("integrations", "0007_first_reply_event")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "webhookendpoint",
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=event_choices, max_length=40),
                        size=100,
                        verbose_name="events",
                    ),
                )
            ]
        )
    ]
