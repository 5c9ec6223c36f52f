"""Until when a former address was a learner's; indexes are built with the product running.

The version before takes an address that has ended for one that still stands for its learner, as long as it runs.
"""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex

BUILD = """
    CREATE UNIQUE INDEX CONCURRENTLY former_address_present ON courses_formeraddress (team_id, email)
    WHERE ended_at IS NULL
"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS former_address_present"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("courses", "0023_former_addresses_go_along")]

    operations = [
        migrations.AddField(
            "formeraddress",
            "ended_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since then it is somebody else’s (UTC).",
                null=True,
                verbose_name="ended",
            ),
        ),
        BuildIndex("formeraddress", models.Index(fields=["team", "email"], name="former_address")),
        migrations.SeparateDatabaseAndState(
            # One that was broken off is built anew.
            database_operations=[migrations.RunSQL(DROP, migrations.RunSQL.noop), migrations.RunSQL(BUILD, DROP)],
            state_operations=[
                migrations.AddConstraint(
                    "formeraddress",
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("team", "email"), name="former_address_present"
                    ),
                )
            ],
        ),
        migrations.RemoveConstraint("formeraddress", "former_address_once"),
    ]
