"""`manage.py add_key`: adds a signing key to a source."""

import json
from typing import Any

from django.core.management import CommandError, CommandParser
from django.core.management.base import no_translations

from helpdesk.operations.commands import DatabaseCommand
from helpdesk.ui.refusals import ActionRefused
from webhooks.actions import add_key
from webhooks.models import Source


class Command(DatabaseCommand):
    """Add a key to a source and verify its quarantine again; prints a JSON object with `key`."""

    help = "Add a signing key to a source; what waits in quarantine is verified with it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the source, and the key from the Eduzz console, if there is one."""
        parser.add_argument("source_id", metavar="SOURCE_ID")
        parser.add_argument("--key", help="the access key of the Eduzz console; without it one is generated")

    @no_translations
    def handle(self, *args: Any, source_id: str, key: str | None, **options: Any) -> None:
        """Add a signing key, and print it."""
        try:
            signing_key = add_key(Source.objects.not_deleted().get(pk=source_id), key)
        except Source.DoesNotExist:
            raise CommandError(f"There is no source with the id {source_id!r}.") from None
        except ActionRefused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(json.dumps({"key": signing_key.key}))
