"""When learners were heard of last, found out in short transactions, with the product running.

May be broken off at any point and run again.
"""

from django.db import migrations

AT_ONCE = 2_000  # keys
FIND_OUT = """
    UPDATE courses_learner learner SET last_activity_at = coalesce(greatest(
        (SELECT max(occurred_at) FROM courses_learneractivity WHERE learner_id = learner.id),
        (SELECT max(requested_at) FROM tickets_ticket WHERE learner_id = learner.id)
    ), created_at)
    WHERE id > %s AND id <= %s
"""


def find_out(apps, schema_editor):
    """Batch by batch of keys."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM courses_learner")
        (newest,) = cursor.fetchone()
        for start in range(0, newest, AT_ONCE):
            cursor.execute(FIND_OUT, [start, start + AT_ONCE])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("courses", "0012_lessons"), ("tickets", "0018_texts")]

    operations = [migrations.RunPython(find_out, migrations.RunPython.noop)]
