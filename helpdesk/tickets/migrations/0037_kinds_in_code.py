"""The kinds of events are looked up in the code, so that another one needs no migration. Nothing changes in the database."""

from django.db import migrations, models

from helpdesk.tickets.facts import event_kinds


class Migration(migrations.Migration):
    dependencies = [("tickets", "0036_old_event_columns")]

    operations = [
        migrations.AlterField(
            "ticketevent",
            "kind",
            models.CharField(choices=event_kinds, max_length=20, verbose_name="what happened"),
        )
    ]
