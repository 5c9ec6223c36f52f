"""The version before knows no former addresses, and deletes learners and teams: the database deletes them with these."""

from django.db import migrations

from helpdesk.operations.postgresql.foreign_keys import on_delete


class Migration(migrations.Migration):
    atomic = False  # so that nobody waits while rows are looked at
    dependencies = [("courses", "0022_former_addresses")]

    operations = [
        *on_delete("courses_formeraddress", "learner_id", "CASCADE"),
        *on_delete("courses_formeraddress", "team_id", "CASCADE"),
    ]
