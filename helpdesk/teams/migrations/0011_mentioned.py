"""Whether each member is told that a note names them, by e-mail and by notifications."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0010_reopen_window")]

    operations = [
        migrations.AddField(
            "membership",
            "notify_mentioned",
            models.BooleanField(db_default=True, default=True, verbose_name="someone mentions me in a note"),
        ),
        migrations.AddField(
            "membership",
            "push_mentioned",
            models.BooleanField(db_default=True, default=True, verbose_name="notify of mentions"),
        ),
    ]
