"""That somebody is mentioned is another thing that people are told of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_push"), ("teams", "0011_mentioned"), ("tickets", "0033_mentions")]

    operations = [
        migrations.AlterField(
            "pushedticket",
            "kind",
            models.CharField(
                choices=[
                    ("new_request", "A new request arrives"),
                    ("assigned", "Someone assigns a ticket to me"),
                    ("asked_again", "One of my learners asks again"),
                    ("mentioned", "Someone mentions me in a note"),
                ],
                max_length=20,
            ),
        ),
    ]
