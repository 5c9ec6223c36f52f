"""The table of what counts attempts, verified addresses for all accounts, and encrypted secrets of two-factor logins."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management import call_command
from django.db import migrations

from helpdesk.operations.encryption import decrypt_text, encrypt_text


def create_cache_table(apps: Any, schema_editor: Any) -> None:
    """Does nothing where it exists."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def verify_addresses(apps: Any, schema_editor: Any) -> None:
    """Whoever made an account by a command knew the address; only that of a change stays to be confirmed."""
    EmailAddress = apps.get_model("account", "EmailAddress")
    for user in apps.get_model("teams", "User").objects.exclude(email="").iterator():
        addresses = EmailAddress.objects.filter(user=user)
        if addresses.filter(email=user.email, verified=True, primary=True).exists():
            continue
        if EmailAddress.objects.filter(email=user.email, verified=True).exclude(user=user).exists():
            continue  # somebody else has shown that it is theirs
        addresses.update(primary=False)
        addresses.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def encrypt_secrets(apps: Any, schema_editor: Any) -> None:
    """Once: what can be decrypted is encrypted already."""
    for authenticator in apps.get_model("mfa", "Authenticator").objects.iterator():
        for key in {"secret", "seed"} & authenticator.data.keys():
            try:
                decrypt_text(authenticator.data[key])
            except InvalidToken:
                authenticator.data[key] = encrypt_text(authenticator.data[key])
        authenticator.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0005_accounts"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
        migrations.RunPython(verify_addresses, migrations.RunPython.noop),
        migrations.RunPython(encrypt_secrets, migrations.RunPython.noop),
    ]
