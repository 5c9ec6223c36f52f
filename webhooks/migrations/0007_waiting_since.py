"""Since when a delivery waits, and the indexes by which teams take turns and what waits too long is found.

In short steps, with the product running; may be broken off at any point and run again.
"""

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Now

AT_ONCE = 1000  # deliveries


def fill_in(apps, schema_editor):
    """What waits does so since it came, as far as is known."""
    deliveries = apps.get_model("webhooks", "Delivery").objects.using(schema_editor.connection.alias)
    unknown = deliveries.filter(outcome="waiting", waiting_since=None)
    while pks := list(unknown.values_list("pk", flat=True)[:AT_ONCE]):
        deliveries.filter(pk__in=pks).update(waiting_since=F("received_at"))


def index_statements(name, rest):
    """To build it without stopping writers, anew if that was broken off, and to drop it."""
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    create = f"CREATE INDEX CONCURRENTLY {name} ON webhooks_delivery {rest}"
    return {"sql": [drop, create], "reverse_sql": drop}


OLD = index_statements("delivery_due", "(next_attempt_at, id) WHERE outcome = 'waiting'")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("webhooks", "0006_trouble_reports")]

    operations = [
        # The default only after the column: what is there already is not to wait since now, and is not written anew.
        migrations.RunSQL(
            "ALTER TABLE webhooks_delivery ADD COLUMN IF NOT EXISTS waiting_since timestamptz",
            "ALTER TABLE webhooks_delivery DROP COLUMN waiting_since",
            state_operations=[migrations.AddField("delivery", "waiting_since", models.DateTimeField(null=True))],
        ),
        migrations.AlterField(
            "delivery",
            "waiting_since",
            models.DateTimeField(
                blank=True,
                db_default=Now(),
                help_text="When it came, or was last set waiting again (UTC); it stays when the outcome is there.",
                null=True,
                verbose_name="waiting since",
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.RunSQL(
            **index_statements("delivery_due_of_team", "(team_id, next_attempt_at, id) WHERE outcome = 'waiting'"),
            state_operations=[
                migrations.AddIndex(
                    "delivery",
                    models.Index(
                        condition=models.Q(("outcome", "waiting")),
                        fields=["team", "next_attempt_at", "id"],
                        name="delivery_due_of_team",
                    ),
                )
            ],
        ),
        migrations.RunSQL(
            **index_statements(
                "delivery_waiting",
                "(source_id, waiting_since) WHERE outcome = 'waiting' AND waiting_since IS NOT NULL",
            ),
            state_operations=[
                migrations.AddIndex(
                    "delivery",
                    models.Index(
                        condition=models.Q(("outcome", "waiting"), ("waiting_since__isnull", False)),
                        fields=["source", "waiting_since"],
                        name="delivery_waiting",
                    ),
                )
            ],
        ),
        migrations.RunSQL(
            OLD["reverse_sql"],
            OLD["sql"],
            state_operations=[migrations.RemoveIndex("delivery", "delivery_due")],
        ),
        migrations.AlterField(
            "source",
            "reported_health",
            models.CharField(
                blank=True,
                choices=[
                    ("connected", "Connected"),
                    ("unverified", "Waiting for the ping"),
                    ("off", "Switched off"),
                    ("no_key", "No key"),
                    ("quarantined", "A key is missing"),
                    ("rejecting", "Turning requests away"),
                    ("delayed", "Events are waiting"),
                    ("silent", "Silent"),
                ],
                db_default="",
                editable=False,
                help_text="What the last e-mail about the connection said; empty once it is well again.",
                max_length=20,
                verbose_name="health reported",
            ),
        ),
    ]
