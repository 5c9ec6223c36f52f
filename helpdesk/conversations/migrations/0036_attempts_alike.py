"""Every attempt of an e-mail is the same; what asked a learner and did not arrive has asked nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0035_links_in_old_texts")]

    operations = [
        migrations.AddField(
            model_name="dispatch",
            name="invites_rating",
            field=models.BooleanField(
                blank=True,
                editable=False,
                help_text="Decided as it is first sent, so that every attempt is the same.",
                null=True,
                verbose_name="asks how the help was",
            ),
        ),
        migrations.AlterField(
            model_name="questionrequest",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("test_call", "It is a test call"),
                    ("merged", "The request was merged into another"),
                    ("by_hand", "Someone of the team opened the ticket"),
                    ("question_known", "What it is about was known already"),
                    ("already_answered", "Someone had answered already"),
                    ("finished", "The ticket was resolved or closed already"),
                    ("learner_wrote", "The learner had written already"),
                    ("in_conversation", "The learner and the team were writing to each other on another ticket"),
                    ("already_asked", "The learner had been asked already"),
                    ("no_address", "The learner has no e-mail address to write to"),
                    ("suppressed", "No e-mail goes to this address"),
                    ("daily_limit", "The learner had got automatic e-mails enough for a day"),
                    ("too_late", "The request was more than a day old"),
                    ("switched_off", "The first reply was switched off meanwhile"),
                    ("not_delivered", "The e-mail did not get to the learner"),
                    ("incomplete", "Something in the text could not be filled in"),
                    ("error", "It could not be written, because of a fault of ours"),
                ],
                default="",
                max_length=20,
                verbose_name="reason",
            ),
        ),
    ]
