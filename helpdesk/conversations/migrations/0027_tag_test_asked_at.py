"""When a mailbox was to be tested for tags by itself; those of which nothing is known yet are at the next fetch."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0026_tagged_addresses")]

    operations = [
        migrations.AddField(
            "mailbox",
            "tag_test_asked_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When it was to be tested by itself; empty where it is as soon as something comes out of it.",
                null=True,
            ),
        ),
    ]
