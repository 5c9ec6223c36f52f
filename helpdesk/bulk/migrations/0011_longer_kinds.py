"""Names of changes may be longer. PostgreSQL widens the column without looking at a row."""

from django.db import migrations, models

from helpdesk.bulk.models import kinds_of_change


class Migration(migrations.Migration):
    dependencies = [("bulk", "0010_plain_words")]

    operations = [
        migrations.AlterField(
            "bulkchange", "kind", models.CharField(choices=kinds_of_change, max_length=30, verbose_name="change")
        )
    ]
