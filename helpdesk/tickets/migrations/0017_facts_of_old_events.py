"""The events that were there before `facts`, brought over in short transactions, with the product running.

May be broken off at any point and run again: it goes on with the rows that are left.
"""

from django.db import migrations
from django.db.models import F, Max

AT_ONCE = 2_000  # keys


def bring_over(apps, schema_editor):
    """Write each row again, so that the trigger makes its facts; those of the kind `created` have none."""
    events = apps.get_model("tickets", "TicketEvent").objects.using(schema_editor.connection.alias)
    newest = events.aggregate(newest=Max("pk"))["newest"] or 0
    old = events.filter(facts={}).exclude(kind="created")
    for start in range(0, newest, AT_ONCE):
        old.filter(pk__gt=start, pk__lte=start + AT_ONCE).update(facts=F("facts"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0016_event_facts")]

    operations = [migrations.RunPython(bring_over, migrations.RunPython.noop)]
