from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial"), ("tickets", "0024_sending_failed_index")]

    operations = [
        migrations.AddField(
            model_name="dispatch",
            name="subject",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="One for all that a ticket sends.",
                max_length=200,
                verbose_name="subject",
            ),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="handed_over_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="From then until the server answers, nobody knows whether it took the e-mail.",
                null=True,
                verbose_name="handed over",
            ),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="repeats",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="Sent anew since no answer came.",
                verbose_name="repeats",
            ),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="before",
            field=models.JSONField(
                db_default={},
                default=dict,
                editable=False,
                help_text="What sending it altered of the ticket, as it was.",
            ),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="after",
            field=models.JSONField(
                db_default={}, default=dict, editable=False, help_text="The same, as it was then; an undo compares."
            ),
        ),
    ]
