"""An address may have been one learner's, and then another's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("courses", "0025_present_former_addresses")]

    operations = [migrations.RemoveConstraint("formeraddress", "former_address_once")]
