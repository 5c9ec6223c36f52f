"""What learners do is looked up in the code, so that another kind needs no migration. Nothing changes in the database."""

from django.db import migrations, models

from helpdesk.courses.activities import activity_kinds


class Migration(migrations.Migration):
    dependencies = [("courses", "0014_finding_learners")]

    operations = [
        migrations.AlterField(
            "learneractivity",
            "kind",
            models.CharField(choices=activity_kinds, max_length=30, verbose_name="what happened"),
        )
    ]
