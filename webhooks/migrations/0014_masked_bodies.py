"""What the bytes of an event are is told to the end; the database does not know it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0013_expired"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="body",
            field=models.BinaryField(help_text="The raw bytes, as signed but for what is masked.", verbose_name="body"),
        ),
    ]
