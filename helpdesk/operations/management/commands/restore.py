"""`manage.py restore`: restore database and files from a backup."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError

from helpdesk.operations import operator_commands
from helpdesk.operations.backups.archive import Manifest
from helpdesk.operations.backups.encryption import key_of
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.backups.restore import restore
from helpdesk.operations.database_errors import first_line
from helpdesk.operations.encryption import fields_of_another_key
from helpdesk.operations.setup_steps import SetupError, run_setup_steps
from helpdesk.operations.start_checks import is_migrated


class Command(BaseCommand):
    """Restore into an empty database; the whole backup is read before anything is changed."""

    help = "Restore database and files from a backup."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--key-file", type=Path, help="a file with the key; else BACKUP_KEY")
        parser.add_argument("--replace", action="store_true", help="put it in the place of all that is in the database")

    def handle(self, *, file: Path, key_file: Path | None, replace: bool, **options: Any) -> None:
        """Raises CommandError, which says what is wrong and what to do."""
        try:
            key = key_of(key_file.read_text() if key_file else settings.BACKUP_KEY)
            manifest = restore(file, key, replace=replace)
        except BackupError as error:
            raise CommandError(str(error)) from None
        except (psycopg.Error, DatabaseError, InterfaceError) as error:
            raise CommandError(f"The database cannot be used: {first_line(error)}") from None
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}") from None
        self._report(manifest)
        try:
            self._finish(file)
        except SetupError as error:
            raise CommandError(str(error)) from None

    def _report(self, manifest: Manifest) -> None:
        rows = sum(count for count, _hash in manifest.tables.values())
        self.stdout.write(f"Restored and compared: {rows} rows, {len(manifest.files)} files, of {manifest.made_at}.")

    def _finish(self, file: Path) -> None:
        if not is_migrated():
            self.stdout.write("The backup is of an earlier version: run `manage.py migrate` before you start.")
            return
        operator_commands.note("backup_restored", file.name)
        if fields := fields_of_another_key():
            self.stdout.write(
                f"Its secrets ({', '.join(fields)}) were encrypted with another SECRET_KEY: add that to "
                "SECRET_KEY_FALLBACKS, and run `manage.py migrate` before you start."
            )
        else:
            run_setup_steps()
