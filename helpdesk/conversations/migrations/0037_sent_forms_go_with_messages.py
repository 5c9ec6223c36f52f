"""The version before knows no sent forms, and deletes notes that are taken back: the database deletes them with these."""

from django.db import migrations

FIND = """
    SELECT conname INTO found FROM pg_constraint
        WHERE conrelid = 'conversations_sentform'::regclass AND confrelid = 'tickets_message'::regclass;
"""
CASCADE = f"""
DO $$
DECLARE found text;
BEGIN
    PERFORM set_config('lock_timeout', '2s', true);
    {FIND}
    EXECUTE format('ALTER TABLE conversations_sentform DROP CONSTRAINT %I', found);
    EXECUTE format(
        'ALTER TABLE conversations_sentform ADD CONSTRAINT %I FOREIGN KEY (message_id) REFERENCES tickets_message (id)'
        ' ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID', found
    );
END $$;
"""
VALIDATE = f"""
DO $$
DECLARE found text;
BEGIN
    {FIND}
    EXECUTE format('ALTER TABLE conversations_sentform VALIDATE CONSTRAINT %I', found);
END $$;
"""


class Migration(migrations.Migration):
    atomic = False  # so that nobody waits while rows are looked at
    dependencies = [("conversations", "0036_attempts_alike")]

    operations = [
        migrations.RunSQL(CASCADE, migrations.RunSQL.noop),
        migrations.RunSQL(VALIDATE, migrations.RunSQL.noop),
    ]
