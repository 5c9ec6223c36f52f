"""An address stands for one learner at a time; the indexes are built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex

BUILD = """
    CREATE UNIQUE INDEX CONCURRENTLY former_address_present ON courses_formeraddress (team_id, email)
    WHERE ended_at IS NULL
"""
DROP = "DROP INDEX CONCURRENTLY IF EXISTS former_address_present"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("courses", "0024_ended_former_addresses")]

    operations = [
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
    ]
