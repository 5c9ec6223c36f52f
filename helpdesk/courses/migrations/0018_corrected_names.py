"""Learners whose name the team has corrected: no event changes it from then on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0017_erased_learners")]

    operations = [
        migrations.AddField(
            model_name="learner",
            name="corrected_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since then no event changes it.",
                null=True,
                verbose_name="name corrected",
            ),
        ),
    ]
