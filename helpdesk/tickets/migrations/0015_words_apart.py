"""Indexes of words that punctuation parts.

With the product running; may be broken off at any point and run again.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from helpdesk.courses.search import UnaccentWords, Words

HAS_QUESTION = models.Q(("question", ""), _negated=True)
WORDS = "to_tsvector('simple'::regconfig, fold_words({}))"


def replace_index(model, table, field, old, new, condition=None):
    """Build the new one without stopping writers, then drop the old one. One that was broken off is built anew."""
    where = "WHERE NOT question = ''" if condition else ""
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {new}"
    create = f"CREATE INDEX CONCURRENTLY {new} ON {table} USING gin ({WORDS.format(field)}) {where}"
    create_old = WORDS.format(field).replace("fold_words", "fold")
    return migrations.RunSQL(
        [drop, create, f"DROP INDEX CONCURRENTLY IF EXISTS {old}"],
        [f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {old} ON {table} USING gin ({create_old}) {where}", drop],
        state_operations=[
            migrations.RemoveIndex(model, old),
            migrations.AddIndex(model, GinIndex(Words(UnaccentWords(field)), name=new, condition=condition)),
        ],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("courses", "0010_fold_words"), ("tickets", "0014_clean_tags_again")]

    operations = [
        replace_index("message", "tickets_message", "body", "message_words", "message_words_apart"),
        replace_index(
            "ticket", "tickets_ticket", "question", "ticket_question_words", "ticket_words_apart", HAS_QUESTION
        ),
    ]
