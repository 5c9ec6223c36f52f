"""Which tokens are the operator's is said, and no longer guessed from their having no maker.

Those that open something today without a maker go on: nothing tells one from the command line from one of somebody
whose account is gone. `revoke` on the token's line in the admin ends what should not go on.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def mark(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Those that are good without a maker."""
    apps.get_model("api", "Token").objects.filter(created_by=None).update(is_operators=True)


class Migration(migrations.Migration):
    dependencies = [("api", "0002_rate_windows")]

    operations = [
        migrations.AddField(
            "token",
            "is_operators",
            models.BooleanField(
                default=False,
                editable=False,
                help_text="The operator’s, which rests on nobody’s rights. Every other one ends with those of its maker.",
                verbose_name="made on the command line",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
