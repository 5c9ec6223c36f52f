from django.db import migrations, models

KINDS = [
    ("created", "Created"),
    ("assigned", "Assigned"),
    ("unassigned", "Unassigned"),
    ("status_changed", "Status changed"),
    ("reopened", "Reopened"),
    ("priority_changed", "Priority changed"),
    ("tagged", "Tagged"),
    ("untagged", "Untagged"),
    ("snoozed", "Snoozed"),
    ("unsnoozed", "Unsnoozed"),
    ("asked_again", "Asked again"),
    ("merged", "Merged"),
    ("unmerged", "Unmerged"),
    ("note_added", "Note added"),
    ("replied", "Replied"),
    ("reply_cancelled", "Reply undone"),
    ("message_sent", "Message sent"),
    ("sending_failed", "Sending failed"),
    ("learner_wrote", "The learner wrote"),
    ("question_known", "Question known"),
    ("rated", "Rated"),
]


class Migration(migrations.Migration):
    dependencies = [("tickets", "0022_conversations")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="sending_failed_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When a message did not get to the learner and nobody has seen to it yet.",
                null=True,
                verbose_name="sending failed",
            ),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="what happened"),
        ),
    ]
