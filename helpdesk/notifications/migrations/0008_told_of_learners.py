"""Two more things that people are told of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_plainer_texts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pushedticket",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_request", "A new request arrives"),
                    ("assigned", "Someone assigns a ticket to me"),
                    ("asked_again", "One of my learners asks again"),
                    ("mentioned", "Someone mentions me in a note"),
                    ("learner_wrote", "One of my learners writes back"),
                    ("sending_failed", "An e-mail of mine does not reach its learner"),
                ],
                max_length=20,
            ),
        ),
    ]
