"""Which page saved a draft last, so that an older one does not overwrite it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0029_sent_forms"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="form_key",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="Of the page that saved it last.",
                max_length=36,
            ),
        ),
    ]
