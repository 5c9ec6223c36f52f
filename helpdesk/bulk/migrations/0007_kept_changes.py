"""A key by which a change that a page sends twice is made once; its index is built with the product running."""

from django.db import migrations, models

BUILD = """
    CREATE UNIQUE INDEX CONCURRENTLY bulk_change_key_once ON bulk_bulkchange (team_id, actor_id, key)
    WHERE key IS NOT NULL
"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS bulk_change_key_once"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bulk", "0006_changes_of_one_ticket")]

    operations = [
        migrations.AddField(
            "bulkchange",
            "key",
            models.UUIDField(
                editable=False,
                help_text="Given by a page that kept the request while there was no connection, so that it is done once.",
                null=True,
                verbose_name="key of the request",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            # One that was broken off is built anew.
            database_operations=[migrations.RunSQL(DROP, migrations.RunSQL.noop), migrations.RunSQL(BUILD, DROP)],
            state_operations=[
                migrations.AddConstraint(
                    "bulkchange",
                    models.UniqueConstraint(
                        condition=models.Q(("key__isnull", False)),
                        fields=("team", "actor", "key"),
                        name="bulk_change_key_once",
                    ),
                )
            ],
        ),
    ]
