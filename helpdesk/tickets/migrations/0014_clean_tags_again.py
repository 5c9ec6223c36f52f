"""Tags once more: variation selectors, fillers and stray joiners are cleaned away now too."""

from importlib import import_module

from django.db import migrations

clean_tags = import_module("helpdesk.tickets.migrations.0011_clean_tags").clean_tags


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0013_merged_and_words")]

    operations = [migrations.RunPython(clean_tags, migrations.RunPython.noop)]
