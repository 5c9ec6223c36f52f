"""Places for the events that were there before, and the indexes that readers need.

In short steps, with the product running; may be broken off at any point and run again.
"""

from django.db import migrations, models
from django.db.models import F, Max

AT_ONCE = 10_000  # events


def number_old_events(apps, schema_editor):
    """Their keys are their positions: they were told in the transactions that stored them."""
    events = apps.get_model("tickets", "TicketEvent").objects.using(schema_editor.connection.alias)
    newest = events.filter(position=0).aggregate(newest=Max("pk"))["newest"] or 0
    for start in range(0, newest, AT_ONCE):
        events.filter(position=0, pk__gt=start, pk__lte=start + AT_ONCE).update(position=F("pk"))


def build_index(name, rest, unique=""):
    """The statements that build it without stopping writers; one that was broken off is built anew."""
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    create = f"CREATE {unique} INDEX CONCURRENTLY {name} ON tickets_ticketevent {rest}"
    return {"sql": [drop, create], "reverse_sql": drop}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0007_event_position")]

    operations = [
        migrations.RunSQL(
            **build_index("event_unpublished", "(id) WHERE position IS NULL"),
            state_operations=[
                migrations.AddIndex(
                    model_name="ticketevent",
                    index=models.Index(
                        condition=models.Q(("position__isnull", True)), fields=["id"], name="event_unpublished"
                    ),
                )
            ],
        ),
        migrations.RunPython(number_old_events, migrations.RunPython.noop),
        migrations.RunSQL(
            **build_index("event_position", "(position) WHERE position IS NOT NULL", unique="UNIQUE"),
            state_operations=[
                migrations.AddConstraint(
                    model_name="ticketevent",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("position__isnull", False)), fields=("position",), name="event_position"
                    ),
                )
            ],
        ),
        migrations.RunSQL(
            **build_index("event_of_team", "(team_id, position) WHERE position IS NOT NULL"),
            state_operations=[
                migrations.AddIndex(
                    model_name="ticketevent",
                    index=models.Index(
                        condition=models.Q(("position__isnull", False)),
                        fields=["team", "position"],
                        name="event_of_team",
                    ),
                )
            ],
        ),
    ]
