"""Learners who were erased: a pseudonym stands for them from then on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0016_language_of_learners")]

    operations = [
        migrations.AddField(
            model_name="learner",
            name="erased_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since then a pseudonym stands for them.",
                null=True,
                verbose_name="erased",
            ),
        ),
    ]
