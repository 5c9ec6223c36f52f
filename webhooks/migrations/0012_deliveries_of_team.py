"""The index by which all deliveries of one team are gone through; it is built with the product running."""

from django.db import migrations, models

from helpdesk.operations.postgresql.build_index import BuildIndex


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("webhooks", "0011_erased")]

    operations = [BuildIndex("delivery", models.Index(fields=["team", "id"], name="delivery_of_team"))]
