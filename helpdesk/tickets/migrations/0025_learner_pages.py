import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0024_sending_failed_index")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="is_lesson_told",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="The learner or the team said which lesson it is about; activity does not change it any "
                "more.",
                verbose_name="lesson told",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="continues",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The ticket that was finished too long ago to be reopened when the learner wrote on it "
                "again.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="continuations",
                to="tickets.ticket",
                verbose_name="continues",
            ),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="actor_kind",
            field=models.CharField(
                choices=[("person", "Person"), ("token", "Token"), ("system", "System"), ("learner", "Learner")],
                max_length=10,
                verbose_name="kind of actor",
            ),
        ),
    ]
