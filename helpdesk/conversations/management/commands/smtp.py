"""`manage.py smtp`: our own SMTP server, which `serve` also runs if SMTP_PORT is set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError

from helpdesk.conversations.inbound.smtp_server import Listen, serve
from helpdesk.operations.commands import DatabaseCommand


class Command(DatabaseCommand):
    """Receive e-mail for the teams' mailboxes on SMTP_HOST and SMTP_PORT until SIGINT or SIGTERM."""

    help = "Take e-mail by SMTP: SMTP_PORT, SMTP_HOST, SMTP_NAME, SMTP_CERTIFICATE, SMTP_KEY."

    def handle(self, **options: Any) -> None:
        """Check the certificate, then listen."""
        if not settings.SMTP_PORT:
            raise CommandError("Set SMTP_PORT: 25 is where other mail servers come to.")
        certificate = Path(settings.SMTP_CERTIFICATE) if settings.SMTP_CERTIFICATE else None
        key = Path(settings.SMTP_KEY) if certificate else None
        try:
            serve(Listen(settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_NAME, certificate, key))
        except KeyboardInterrupt:
            return
        except OSError as error:
            raise CommandError(f"The SMTP server cannot start: {error}") from error
