"""Positions of events, by which readers of the history go.

What there is already gets position 0 here, which costs no time however much it is, so that it is never taken for new;
the next migration gives it places of its own. What is stored from now on, by the code until now too, waits to be
published, and comes after all that was there.
"""

import django.utils.timezone
from django.db import migrations, models

CREATE_SEQUENCE = """
CREATE SEQUENCE ticket_event_position;
SELECT setval('ticket_event_position', max(id)) FROM tickets_ticketevent HAVING max(id) IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_done_index")]

    operations = [
        migrations.AddField(
            model_name="ticketevent",
            name="position",
            field=models.BigIntegerField(
                default=0,
                editable=False,
                help_text="Its place in the history, once that is settled.",
                null=True,
                verbose_name="position",
            ),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="position",
            field=models.BigIntegerField(
                editable=False,
                help_text="Its place in the history, once that is settled.",
                null=True,
                verbose_name="position",
            ),
        ),
        migrations.AddField(
            model_name="ticketevent",
            name="published_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                editable=False,
                help_text="When those who follow the history were told; they are not told of imported events.",
                null=True,
                verbose_name="published",
            ),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="published_at",
            field=models.DateTimeField(
                editable=False,
                help_text="When those who follow the history were told; they are not told of imported events.",
                null=True,
                verbose_name="published",
            ),
        ),
        # The table is locked by now: no event is on its way that this does not count.
        migrations.RunSQL(CREATE_SEQUENCE, "DROP SEQUENCE ticket_event_position"),
    ]
