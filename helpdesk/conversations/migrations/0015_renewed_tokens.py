"""How a mailbox's token is renewed."""

import encrypted_fields.fields
from django.db import migrations, models

SECRET = {"blank": True, "default": "", "help_text": "Encrypted at rest, and never shown.", "null": True}


class Migration(migrations.Migration):
    dependencies = [("conversations", "0014_unused_index")]

    operations = [
        migrations.AddField(
            "mailbox",
            "token_url",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Which renews the token.",
                max_length=500,
                verbose_name="token server",
            ),
        ),
        migrations.AddField(
            "mailbox",
            "client_id",
            models.CharField(blank=True, db_default="", default="", max_length=255, verbose_name="client ID"),
        ),
        migrations.AddField(
            "mailbox",
            "client_secret",
            encrypted_fields.fields.EncryptedTextField(**SECRET, verbose_name="client secret"),
        ),
        migrations.AddField(
            "mailbox",
            "refresh_token",
            encrypted_fields.fields.EncryptedTextField(**SECRET, verbose_name="refresh token"),
        ),
        migrations.AddField(
            "mailbox",
            "token_expires_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Then it is renewed.",
                null=True,
                verbose_name="token good until",
            ),
        ),
    ]
