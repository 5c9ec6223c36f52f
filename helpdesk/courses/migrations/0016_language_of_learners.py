"""Which language learners read, as far as their browsers told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0015_kinds_in_code")]

    operations = [
        migrations.AddField(
            "learner",
            "language",
            models.CharField(
                "language",
                max_length=10,
                blank=True,
                default="",
                db_default="",
                editable=False,
                help_text="Which their browser asked for when they last sent something; empty: not known.",
            ),
        ),
    ]
