"""Foreign keys with ON DELETE, for tables that running code of an older version doesn't know."""

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
    """Set what the database does with a new table's rows when their target is deleted: `CASCADE` or `SET NULL`.

    The previous version deletes teams, learners and people without knowing the table, and would be refused. For use in
    a non-atomic migration, so that nobody waits while rows are validated. If it cannot get its lock within 2 seconds it
    fails, and may be repeated, as `migrate` does.
    """
    find = _FIND.format(table=table, column=column)
    return [
        RunSQL(_REPLACE.format(find=find, table=table, action=action), RunSQL.noop),
        RunSQL(_VALIDATE.format(find=find, table=table), RunSQL.noop),
    ]
