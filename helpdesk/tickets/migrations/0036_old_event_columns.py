"""The columns that `facts` replaced are neither read nor written any more; the database keeps them for one version.

The version before this one, which may run beside it, reads nothing of them either, but names them in each SELECT and
INSERT: were they dropped now, it would fail. They are nullable or have a default of the database, so that this version
leaves them out. The next one, beside which none runs that names them, drops them with the trigger of 0016 and its function:

    ALTER TABLE tickets_ticketevent DROP COLUMN attribute, DROP COLUMN old_value, DROP COLUMN new_value,
        DROP COLUMN old_person, DROP COLUMN new_person;
    DROP TRIGGER fill_in_event_facts ON tickets_ticketevent; DROP FUNCTION fill_in_event_facts();
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0035_failed_first")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField("ticketevent", name)
                for name in ("attribute", "old_value", "new_value", "old_person", "new_person")
            ]
        )
    ]
