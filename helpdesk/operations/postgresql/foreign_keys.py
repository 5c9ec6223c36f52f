"""What the database does with rows whose foreign keys go, where code is at work that does not know their table."""

from __future__ import annotations

from django.db.migrations import RunSQL

_FIND = """
    SELECT conname, pg_get_constraintdef(oid) INTO name, definition FROM pg_constraint
        WHERE conrelid = '{table}'::regclass AND contype = 'f' AND conkey = ARRAY[(
            SELECT attnum FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attname = '{column}'
        )];
"""
_REPLACE = """
DO $$
DECLARE name text; definition text;
BEGIN
    -- Dropping the constraint locks the table that it refers to: whoever waits for that holds up all that reads it.
    PERFORM set_config('lock_timeout', '2s', true);
    {find}
    definition := regexp_replace(definition, ' ON DELETE (CASCADE|SET NULL)| NOT VALID', '', 'g');
    definition := replace(definition, ' DEFERRABLE', ' ON DELETE {action} DEFERRABLE');
    EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', name);
    EXECUTE format('ALTER TABLE {table} ADD CONSTRAINT %I %s NOT VALID', name, definition);
END $$;
"""
_VALIDATE = """
DO $$
DECLARE name text; definition text;
BEGIN
    {find}
    EXECUTE format('ALTER TABLE {table} VALIDATE CONSTRAINT %I', name);
END $$;
"""


def on_delete(table: str, column: str, action: str) -> list[RunSQL]:
    """Have rows of a new table go with what they refer to (`CASCADE`), or lose it (`SET NULL`).

    The version before deletes a team, a learner or a person without them, and would be refused. For a migration that is
    not atomic, so that nobody waits while rows are looked at. Where a lock is not to be had in 2 seconds it is broken
    off, and may be repeated, as `migrate` does.
    """
    find = _FIND.format(table=table, column=column)
    return [
        RunSQL(_REPLACE.format(find=find, table=table, action=action), RunSQL.noop),
        RunSQL(_VALIDATE.format(find=find, table=table), RunSQL.noop),
    ]
