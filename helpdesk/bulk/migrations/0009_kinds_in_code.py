"""What can be changed is looked up in the code, so that another change needs no migration. Nothing changes in the database."""

from django.db import migrations, models

from helpdesk.bulk.models import kinds_of_change


class Migration(migrations.Migration):
    dependencies = [("bulk", "0008_topics")]

    operations = [
        migrations.AlterField(
            "bulkchange", "kind", models.CharField(choices=kinds_of_change, max_length=10, verbose_name="change")
        )
    ]
