"""Tombstones of addresses that were somebody else's before their learner was erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0005_plainer_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="tombstone",
            name="has_ended",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Since then the address is somebody else’s.",
                verbose_name="ended",
            ),
        ),
    ]
