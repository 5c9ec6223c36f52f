"""Until when a former address was a learner's.

The version before takes an address that has ended for one that still stands for its learner, as long as it runs.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
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
    ]
