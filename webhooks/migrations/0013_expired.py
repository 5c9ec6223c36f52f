"""That an event has no content any more, since its time was over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0012_deliveries_of_team"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="problem",
            field=models.CharField(
                blank=True,
                choices=[
                    ("encoding", "The body cannot be decompressed"),
                    ("too_large", "The decompressed body is over 256 KiB"),
                    ("not_json", "The body is not valid JSON"),
                    ("too_deep", "The JSON is nested too deeply"),
                    ("missing", "A required field is missing"),
                    ("wrong_type", "A field has the wrong type"),
                    ("invalid", "A field has a value that is not valid"),
                    ("unstorable", "A text contains characters that cannot be stored"),
                    ("handler_error", "An error on our side"),
                    ("interrupted", "Our worker stopped while processing it"),
                    ("implausible_time", "A time is implausible; the time of receipt is used"),
                    ("erased", "It was about a learner who has been erased"),
                    ("expired", "Its content is no longer kept"),
                ],
                db_default="",
                max_length=20,
                verbose_name="problem",
            ),
        ),
    ]
