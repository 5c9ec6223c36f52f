import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0009_push")]

    operations = [
        migrations.AddField(
            model_name="team",
            name="reopen_within_days",
            field=models.PositiveSmallIntegerField(
                db_default=7,
                default=7,
                help_text="A learner who writes on a resolved ticket reopens it for so many days; later, that makes a "
                "new ticket.",
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="reopen within (days)",
            ),
        ),
    ]
