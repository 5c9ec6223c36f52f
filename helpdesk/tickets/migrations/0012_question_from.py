import django.db.models.deletion
from django.db import migrations, models

# A ticket that an event of Eduzz made has no question of its own: what it shows, it has from one that was merged into it.
SAY_WHOSE = """
    WITH RECURSIVE below (top, id) AS (
        SELECT merged_into_id, id FROM tickets_ticket WHERE merged_into_id IS NOT NULL
        UNION ALL
        SELECT below.top, call.id FROM below JOIN tickets_ticket call ON call.merged_into_id = below.id
    ), made_by_event AS (
        SELECT ticket_id FROM tickets_ticketevent WHERE kind = 'created' AND actor_kind = 'system'
    ), lent AS (
        SELECT DISTINCT ON (top.id) top.id AS borrower, call.id AS lender
        FROM below
        JOIN tickets_ticket top ON top.id = below.top AND top.question <> ''
        JOIN tickets_ticket call ON call.id = below.id AND call.question = top.question
        WHERE top.id IN (SELECT ticket_id FROM made_by_event)
            AND call.id NOT IN (SELECT ticket_id FROM made_by_event)
        ORDER BY top.id, call.requested_at, call.id
    )
    UPDATE tickets_ticket SET question_from_id = lender FROM lent WHERE id = borrower
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0011_clean_tags"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="question_from",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The merged ticket whose question this one shows; empty where the question is its own.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.ticket",
                verbose_name="question from",
            ),
        ),
        migrations.RunSQL(SAY_WHOSE, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("question_from__isnull", False)),
                fields=["question_from"],
                name="ticket_question_from",
            ),
        ),
    ]
