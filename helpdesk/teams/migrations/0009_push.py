"""What each member is told of by notifications, where a browser of theirs takes them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0008_account_event_kinds")]

    operations = [
        migrations.AddField(
            "membership",
            "push_new_request",
            models.BooleanField(db_default=True, default=True, verbose_name="notify of new requests"),
        ),
        migrations.AddField(
            "membership",
            "push_assigned",
            models.BooleanField(db_default=True, default=True, verbose_name="notify of assignments"),
        ),
        migrations.AddField(
            "membership",
            "push_asked_again",
            models.BooleanField(db_default=True, default=True, verbose_name="notify when a learner asks again"),
        ),
    ]
