"""The version before knows neither ignored senders nor sent forms: the database has them go with teams and people."""

from django.db import migrations

from helpdesk.operations.postgresql.foreign_keys import on_delete


class Migration(migrations.Migration):
    atomic = False  # so that nobody waits while rows are looked at
    dependencies = [("conversations", "0037_sent_forms_go_with_messages")]

    operations = [
        *on_delete("conversations_ignoredsender", "team_id", "CASCADE"),
        *on_delete("conversations_ignoredsender", "ignored_by_id", "SET NULL"),
        *on_delete("conversations_sentform", "user_id", "CASCADE"),
    ]
