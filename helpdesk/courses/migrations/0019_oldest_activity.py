"""The index by which a team's oldest activity is found when it goes; it is built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("courses", "0018_corrected_names")]

    operations = [
        BuildIndex("learneractivity", models.Index(fields=["team", "occurred_at", "id"], name="activity_oldest"))
    ]
