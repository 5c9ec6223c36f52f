from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """From now on; the accounts that are there are looked at in the next one, without a lock."""

    dependencies = [
        ("teams", "0017_mailable_addresses"),
    ]

    operations = [
        AddConstraintNotValid(
            model_name="user",
            constraint=models.CheckConstraint(condition=~models.Q(email=""), name="user_email_not_empty"),
        ),
    ]
