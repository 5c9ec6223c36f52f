"""When the history was looked at last for e-mails. The version before leaves it empty, and looks as it did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_mentioned")]

    operations = [
        migrations.AddField(
            model_name="historycursor",
            name="looked_at",
            field=models.DateTimeField(help_text="Of e-mails alone.", null=True, verbose_name="last checked"),
        ),
    ]
