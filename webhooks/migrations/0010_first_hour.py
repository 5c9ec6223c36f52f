"""What the set-up of a source remembers, test calls, and sources that are gone while their deliveries stay.

In short steps, with the product running; may be broken off at any point and run again.
"""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

INDEX = "delivery_test"


def note_first_calls(apps, schema_editor):
    """That help requests come in through a source that is there already."""
    database = schema_editor.connection.alias
    deliveries = apps.get_model("webhooks", "Delivery").objects.using(database)
    made_a_ticket = deliveries.filter(source=OuterRef("pk"), ticket__isnull=False).order_by("-received_at", "-id")
    sources = apps.get_model("webhooks", "Source").objects.using(database)
    found = sources.filter(first_call_at=None).annotate(call_at=Subquery(made_a_ticket.values("received_at")[:1]))
    for source in found.exclude(call_at=None):
        sources.filter(pk=source.pk).update(first_call_at=source.call_at)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("webhooks", "0009_key_use")]

    operations = [
        migrations.AddField(
            "source",
            "checked_steps",
            models.JSONField(
                db_default=models.Value([], models.JSONField()),
                default=list,
                editable=False,
                help_text="Of the set-up: those that nothing but a person can tell.",
                verbose_name="steps checked by hand",
            ),
        ),
        migrations.AddField(
            "source",
            "first_call_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the first one that made a ticket arrived (UTC); test calls do not count.",
                null=True,
                verbose_name="first help request",
            ),
        ),
        migrations.AddField(
            "source",
            "deleted_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since then its address is unknown; the row stays while its deliveries do.",
                null=True,
                verbose_name="deleted",
            ),
        ),
        migrations.AddField(
            "source",
            "keeps_log",
            models.BooleanField(
                db_default=True,
                default=True,
                editable=False,
                help_text="Whether its deliveries stay once it is deleted.",
                verbose_name="deliveries kept",
            ),
        ),
        migrations.AddField(
            "delivery",
            "is_test",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Sent by us, to see that everything works.",
                verbose_name="test",
            ),
        ),
        migrations.RunSQL(
            [
                f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}",
                f"CREATE INDEX CONCURRENTLY {INDEX} ON webhooks_delivery (team_id, id DESC) WHERE is_test",
            ],
            f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}",
            state_operations=[
                migrations.AddIndex(
                    "delivery",
                    models.Index(condition=models.Q(("is_test", True)), fields=["team", "-id"], name=INDEX),
                ),
            ],
        ),
        migrations.RunPython(note_first_calls, migrations.RunPython.noop),
    ]
