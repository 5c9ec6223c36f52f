"""What was guessed of a question before anybody knew it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

TOPICS = [
    ("video", "The video does not play"),
    ("download", "A download does not work"),
    ("content", "A question about the content"),
    ("access", "Access to the course"),
    ("payment", "Payment"),
    ("other", "Something else"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0011_first_replies"),
        ("teams", "0010_reopen_window"),
        ("tickets", "0032_guess_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            "ShownGuess",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=TOPICS, max_length=10), size=3, verbose_name="topics"
                    ),
                ),
                (
                    "shown_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="shown"),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.team",
                        verbose_name="team",
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shown_guess",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
            ],
            options={"verbose_name": "shown guess", "verbose_name_plural": "shown guesses"},
        ),
    ]
