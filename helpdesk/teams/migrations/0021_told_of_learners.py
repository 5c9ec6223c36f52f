"""Whether each member is told that a learner writes back, and that an e-mail does not get to one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0020_plainer_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="notify_learner_wrote",
            field=models.BooleanField(db_default=True, default=True, verbose_name="one of my learners writes back"),
        ),
        migrations.AddField(
            model_name="membership",
            name="notify_sending_failed",
            field=models.BooleanField(
                db_default=True, default=True, verbose_name="an e-mail of mine does not reach its learner"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="push_learner_wrote",
            field=models.BooleanField(db_default=True, default=True, verbose_name="notify when a learner writes back"),
        ),
        migrations.AddField(
            model_name="membership",
            name="push_sending_failed",
            field=models.BooleanField(db_default=True, default=True, verbose_name="notify of e-mails that fail"),
        ),
    ]
