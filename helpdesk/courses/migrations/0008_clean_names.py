"""Names that came in before all were cleaned in one way: decomposed letters, stray spaces, what nobody sees."""

from typing import Any

from django.db import migrations
from django.db.models.functions import Now

from helpdesk.ui.cleaning import clean_name

NAMES = {"Producer": "name", "Course": "title", "Learner": "name"}
PERHAPS_UNCLEAN = "[^ -~]|  |^ | $"  # the rest is clean as it is
BATCH = 2000  # rows


def clean_names(apps: Any, schema_editor: Any) -> None:
    """Row by row, each unless it has changed meanwhile, so that nobody waits for it and it may be run again."""
    for model_name, field in NAMES.items():
        rows = apps.get_model("courses", model_name).objects
        unclean = rows.filter(**{f"{field}__regex": PERHAPS_UNCLEAN})
        for pk, name in unclean.values_list("pk", field).iterator(BATCH):
            if (clean := clean_name(name)) != name:
                rows.filter(pk=pk, **{field: name}).update(**{field: clean, "updated_at": Now()})


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("courses", "0007_updated_at")]

    operations = [migrations.RunPython(clean_names, migrations.RunPython.noop)]
