"""What was rated in a period is found from its tickets, for reports and their lists."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("conversations", "0030_pages_of_drafts")]

    operations = [
        BuildIndex("rating", models.Index(fields=["created_at"], name="rating_by_day")),
    ]
