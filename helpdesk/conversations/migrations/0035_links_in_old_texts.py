"""Links to learners' pages go out of what was filed before they were left out: whoever read them wrote as the learner.

In short transactions, with the product running. May be broken off at any point and run again.
"""

import hashlib
import json

from django.db import migrations

from helpdesk.conversations.learner_page.link_redaction import without_tokens

AT_ONCE = 1_000  # keys
# Table, and its columns of text.
TEXTS = [
    # Also the notes and replies that colleagues wrote by e-mail.
    ("tickets_message", ["body", "quoted"], "(kind = 'learner' OR channel = 'email')"),
    ("tickets_ticket", ["question"], "true"),
    ("conversations_inboundemail", ["undo"], "true"),
]


def leave_out(apps, schema_editor):
    """Batch by batch of keys; a text that somebody changes meanwhile stays as they leave it."""
    with schema_editor.connection.cursor() as cursor:

        def tokens_of(candidates):
            hashes = {hashlib.sha256(token.encode()).hexdigest(): token for token in candidates}
            cursor.execute(
                "SELECT token_hash FROM conversations_learnerlink WHERE token_hash = ANY(%s)", [list(hashes)]
            )
            return {hashes[found] for (found,) in cursor.fetchall()}

        for table, columns, condition in TEXTS:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 - names of ours, here and below
            (last,) = cursor.fetchone()
            for start in range(0, last, AT_ONCE):
                for column in columns:
                    _clean(cursor, table, column, condition, start, tokens_of)


def _clean(cursor, table, column, condition, start, tokens_of):
    cursor.execute(
        f"SELECT id, {column}::text FROM {table}"  # noqa: S608
        f" WHERE id > %s AND id <= %s AND {condition} AND {column}::text ILIKE '%%ajuda%%'",
        [start, start + AT_ONCE],
    )
    kind = "jsonb" if column == "undo" else "text"
    for pk, text in cursor.fetchall():
        clean = _without_tokens_of_json(text, tokens_of) if kind == "jsonb" else without_tokens(text, tokens_of)
        if clean != text:
            update = f"UPDATE {table} SET {column} = %s::{kind} WHERE id = %s AND {column} = %s::{kind}"  # noqa: S608
            cursor.execute(update, [clean, pk, text])


def _without_tokens_of_json(text, tokens_of):
    def clean(value):
        if isinstance(value, dict):
            return {name: clean(each) for name, each in value.items()}
        if isinstance(value, list):
            return [clean(each) for each in value]
        return without_tokens(value, tokens_of) if isinstance(value, str) else value

    value = json.loads(text)
    cleaned = clean(value)
    return text if cleaned == value else json.dumps(cleaned)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("conversations", "0034_ways_of_sent_forms"), ("tickets", "0043_who_wrote_back")]

    operations = [migrations.RunPython(leave_out, migrations.RunPython.noop, elidable=True)]
