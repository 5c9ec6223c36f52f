"""Requests are counted for people and for teams too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0001_tokens")]

    operations = [
        migrations.DeleteModel("RateWindow"),  # it holds the counts of one minute
        migrations.CreateModel(
            name="RateWindow",
            fields=[
                (
                    "client",
                    models.CharField(
                        help_text="The token, the person or the team.",
                        max_length=30,
                        primary_key=True,
                        serialize=False,
                        verbose_name="client",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="minute")),
                ("requests", models.PositiveIntegerField(verbose_name="requests")),
            ],
            options={"verbose_name": "rate window", "verbose_name_plural": "rate windows"},
        ),
        migrations.RunSQL("ALTER TABLE api_ratewindow SET UNLOGGED", "ALTER TABLE api_ratewindow SET LOGGED"),
    ]
