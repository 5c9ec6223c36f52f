"""When what was said on a ticket went, since its time was over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0039_quoting_messages")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="words_forgotten_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When what was said on it went, with time.",
                null=True,
                verbose_name="emptied",
            ),
        ),
    ]
