"""What was tried to log in with, and is no account's address, gives way to a keyed hash."""

from django.db import migrations, models
from django.utils.crypto import salted_hmac


def hash_unknown_emails(apps, schema_editor):
    """In small statements; a login that is tried meanwhile counts anew."""
    unknown = apps.get_model("teams", "AccountEvent").objects.filter(user=None, email__contains="@").order_by("pk")
    last_pk = 0
    while events := list(unknown.filter(pk__gt=last_pk).only("email")[:500]):
        for event in events:
            event.email = salted_hmac("teams.unknown_email", event.email, algorithm="sha256").hexdigest()
        type(events[0]).objects.bulk_update(events, ["email"])
        last_pk = events[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("teams", "0011_mentioned"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accountevent",
            name="email",
            field=models.CharField(
                help_text="In lower case; a keyed hash if it is no account’s.", max_length=254, verbose_name="e-mail"
            ),
        ),
        migrations.RunPython(hash_unknown_emails, migrations.RunPython.noop),
    ]
