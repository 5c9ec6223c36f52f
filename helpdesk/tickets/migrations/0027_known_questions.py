"""The questions that the team had entered before it was kept how and when each became known, in short transactions.

May be broken off at any point and run again: it goes on with the tickets that are left.
"""

from django.db import migrations

AT_ONCE = 2_000  # keys
SAY_HOW = """
    UPDATE tickets_ticket SET question_origin = 'team', question_known_at = created_at
    WHERE id > %s AND id <= %s AND question <> '' AND question_known_at IS NULL
"""


def bring_over(apps, schema_editor):
    """Batch by batch of keys."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM tickets_ticket")
        (last,) = cursor.fetchone()
        for start in range(0, last, AT_ONCE):
            cursor.execute(SAY_HOW, [start, start + AT_ONCE])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0026_indexes_of_conversations")]

    operations = [migrations.RunPython(bring_over, migrations.RunPython.noop, elidable=True)]
