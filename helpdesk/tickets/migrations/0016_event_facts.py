"""A column for what an event tells, and a trigger that fills it in for the version before.

That version goes on writing the columns from `attribute` to `new_person` while this runs, and may beside the new one.
The trigger makes facts of them, of rows that it stores and of old ones that are written again; so nothing reads a row
without its facts, whoever stored it. `{}` is all there is to an event of the kind `created`; those rows, which are most
of the table, need not be written.

The next version drops these columns, the trigger and its function: by then no row is stored without facts.
"""

from django.db import migrations, models

# Where a row from before the keys of people names somebody, only who took a ticket is known by key. That is told here
# by the name, as it was on the pages until now, and of people alone; nothing compares names any more.
CREATE = r"""
CREATE FUNCTION fill_in_event_facts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text := coalesce(nullif(NEW.new_value, ''), NEW.old_value);
    actor jsonb := CASE WHEN NEW.actor_id IS NULL THEN '{}' ELSE jsonb_build_object('actor_id', NEW.actor_id) END;
    is_taken boolean := NEW.kind = 'assigned' AND CASE
        WHEN NEW.new_person IS NOT NULL THEN coalesce(NEW.new_person = NEW.actor_id, false)
        ELSE NEW.actor_kind = 'person' AND NEW.actor_name = NEW.new_value
    END;
BEGIN
    NEW.facts := actor || CASE
        WHEN NEW.kind IN ('assigned', 'unassigned') THEN jsonb_build_object(
            'old', CASE WHEN NEW.old_value <> '' THEN
                jsonb_build_object('id', NEW.old_person, 'name', NEW.old_value)
            END,
            'new', CASE WHEN NEW.new_value <> '' THEN
                jsonb_build_object(
                    'id', coalesce(NEW.new_person, CASE WHEN is_taken THEN NEW.actor_id END), 'name', NEW.new_value
                )
            END,
            'is_taken', is_taken
        )
        WHEN NEW.kind IN ('tagged', 'untagged') THEN jsonb_build_object('tag', jsonb_build_object(
            'id', (SELECT id FROM tickets_tag WHERE team_id = NEW.team_id AND name = changed), 'name', changed
        ))
        WHEN NEW.kind IN ('merged', 'unmerged', 'asked_again') THEN jsonb_build_object(
            CASE WHEN NEW.attribute = 'merged_into' THEN 'into' ELSE 'ticket' END,
            jsonb_build_object(
                'id', (
                    SELECT id FROM tickets_ticket
                    WHERE team_id = NEW.team_id AND number = substring(changed from '^\d{1,9}$')::integer
                ),
                'number', substring(changed from '^\d{1,9}$')::integer
            )
        )
        WHEN NEW.kind = 'note_added' THEN
            jsonb_build_object('message', substring(NEW.new_value from '^\d{1,18}$')::bigint)
        ELSE jsonb_build_object('old', NEW.old_value, 'new', NEW.new_value)
    END;
    RETURN NEW;
END $$;
CREATE TRIGGER fill_in_event_facts BEFORE INSERT OR UPDATE ON tickets_ticketevent
    FOR EACH ROW WHEN (NEW.facts = '{}' AND NEW.kind <> 'created') EXECUTE FUNCTION fill_in_event_facts();
"""
DROP = """
DROP TRIGGER fill_in_event_facts ON tickets_ticketevent;
DROP FUNCTION fill_in_event_facts();
"""


def give_default(name, **field):
    """So that the next version may leave the column out, beside this one."""
    return migrations.AlterField("ticketevent", name, models.CharField(blank=True, db_default="", **field))


class Migration(migrations.Migration):
    dependencies = [("tickets", "0015_words_apart")]

    operations = [
        migrations.AddField(
            model_name="ticketevent",
            name="facts",
            field=models.JSONField(
                db_default={},
                default=dict,
                editable=False,
                help_text="What else it tells; `fact` reads them.",
                verbose_name="facts",
            ),
        ),
        give_default("attribute", max_length=30, verbose_name="attribute"),
        give_default("old_value", max_length=255, verbose_name="old value"),
        give_default("new_value", max_length=255, verbose_name="new value"),
        migrations.RunSQL(CREATE, DROP),
    ]
