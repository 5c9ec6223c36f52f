from typing import Any

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


def name_the_one_without(apps: Any, schema_editor: Any) -> None:
    """An account without an address, of which there is one at most, gets one that leads nowhere; the doctor tells of it.

    What hangs on the account stays with it, and a backup of it can be restored.
    """
    for user in apps.get_model("teams", "User").objects.filter(email=""):
        email = f"account-{user.pk}@no-address.invalid"
        apps.get_model("account", "EmailAddress").objects.filter(user=user.pk, email="").update(email=email)
        apps.get_model("teams", "User").objects.filter(pk=user.pk, email="").update(email=email)


class Migration(migrations.Migration):
    """Every account has an address."""

    atomic = False

    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("teams", "0018_no_empty_address"),
    ]

    operations = [
        migrations.RunPython(name_the_one_without, migrations.RunPython.noop),
        ValidateConstraint(model_name="user", name="user_email_not_empty"),
    ]
