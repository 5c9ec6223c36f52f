"""Names once more: variation selectors, fillers and stray joiners are cleaned away now too."""

from importlib import import_module

from django.db import migrations

clean_names = import_module("helpdesk.courses.migrations.0008_clean_names").clean_names


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("courses", "0008_clean_names")]

    operations = [migrations.RunPython(clean_names, migrations.RunPython.noop)]
