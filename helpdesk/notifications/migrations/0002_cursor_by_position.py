"""The cursor goes by position. What was there before has its key for its position, so that the place stays the same."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_notifications"), ("tickets", "0008_event_position_index")]

    operations = [
        migrations.RenameField("historycursor", "event_id", "position"),
        migrations.AlterField(
            model_name="historycursor",
            name="position",
            field=models.BigIntegerField(verbose_name="position of the last event told"),
        ),
        migrations.AddField(
            model_name="historycursor",
            name="seen_position",
            field=models.BigIntegerField(default=0, verbose_name="position of the newest event at the last look"),
            preserve_default=False,
        ),
        migrations.RunSQL("UPDATE notifications_historycursor SET seen_position = position", migrations.RunSQL.noop),
    ]
