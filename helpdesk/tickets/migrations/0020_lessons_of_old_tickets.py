"""The lessons of the tickets that were there before, in short transactions, with the product running.

May be broken off at any point and run again: it goes on with the tickets that are left. Of those that the version before
opens meanwhile, the learners' next activity tells.
"""

from django.db import migrations

AT_ONCE = 2_000  # keys
# The last step of each learner before they asked, as tickets/learner_context.py has it, where that was in a lesson.
STEPS = """
    WITH step AS MATERIALIZED (
        SELECT ticket.id AS ticket_id, last.*, coalesce(nullif(last.lesson_key, ''), last.lesson_title) AS key
        FROM tickets_ticket ticket CROSS JOIN LATERAL (
            SELECT team_id, course_id, lesson_key, lesson_title, occurred_at FROM courses_learneractivity step
            WHERE step.team_id = ticket.team_id AND step.learner_id = ticket.learner_id
                AND (step.course_id = coalesce(ticket.course_id, step.course_id) OR step.course_id IS NULL)
                AND step.occurred_at <= ticket.requested_at
            ORDER BY step.occurred_at DESC, step.id DESC LIMIT 1
        ) last
        WHERE ticket.id > %s AND ticket.id <= %s AND ticket.lesson_id IS NULL
            AND last.lesson_title <> '' AND last.course_id IS NOT NULL
    )
"""
MAKE_LESSONS = """
    INSERT INTO courses_lesson (team_id, course_id, key, title, named_at, created_at, updated_at)
    SELECT DISTINCT ON (course_id, key) team_id, course_id, key, lesson_title, occurred_at, now(), now()
    FROM step ORDER BY course_id, key, occurred_at DESC
    ON CONFLICT (course_id, key) DO UPDATE SET title = excluded.title, named_at = excluded.named_at
        WHERE courses_lesson.named_at < excluded.named_at
"""
SAY_WHICH = """
    UPDATE tickets_ticket SET lesson_id = lesson.id
    FROM step JOIN courses_lesson lesson ON lesson.course_id = step.course_id AND lesson.key = step.key
    WHERE tickets_ticket.id = step.ticket_id
"""


def bring_over(apps, schema_editor):
    """Batch by batch of keys."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM tickets_ticket")
        (newest,) = cursor.fetchone()
        for start in range(0, newest, AT_ONCE):
            cursor.execute(STEPS + MAKE_LESSONS, [start, start + AT_ONCE])
            cursor.execute(STEPS + SAY_WHICH, [start, start + AT_ONCE])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0019_lessons_and_colors")]

    operations = [migrations.RunPython(bring_over, migrations.RunPython.noop)]
