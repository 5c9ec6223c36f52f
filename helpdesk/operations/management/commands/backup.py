"""`manage.py backup`: save database and files to one file, verify that it can be restored, and delete old backups."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError

from helpdesk.operations import operator_commands
from helpdesk.operations.backups import rotation
from helpdesk.operations.backups.archive import Manifest
from helpdesk.operations.backups.create import create
from helpdesk.operations.backups.encryption import key_of
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.backups.restore import verify
from helpdesk.operations.database_errors import first_line

# For how many hours, days, weeks and months the newest backup is kept.
KEPT = {"hours": 24, "days": 7, "weeks": 5, "months": 12}


class Command(BaseCommand):
    """Make a backup of this moment beside running servers, restore it into a temporary database, compare, rotate."""

    requires_system_checks = []
    help = "Back up database and files into BACKUP_DIR, encrypted where BACKUP_KEY is set."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--to", type=Path, default=settings.BACKUP_DIR, help="the folder; BACKUP_DIR by default")
        parser.add_argument(
            "--verify-only", type=Path, metavar="FILE", help="make none, only see whether this one is good"
        )
        parser.add_argument("--no-verify", action="store_true", help="do not restore it into a temporary database")
        for period, most in KEPT.items():
            parser.add_argument(
                f"--{period}", type=int, default=most, help=f"keep the newest of each of the last {most} {period}"
            )

    def handle(self, *, to: Path, verify_only: Path | None, no_verify: bool, **options: Any) -> None:
        """Raises CommandError if the backup cannot be made or is bad; older ones are then kept."""
        if min(options[period] for period in KEPT) < 0:
            raise CommandError("--hours, --days, --weeks and --months are 0 or more.")
        try:
            key = key_of(settings.BACKUP_KEY)
            if verify_only:
                self._tell_verified(verify(verify_only, key))
                return
            path, manifest = create(to, key, verify=not no_verify)
        except BackupError as error:
            raise CommandError(str(error)) from None
        except (psycopg.Error, DatabaseError, InterfaceError) as error:
            raise CommandError(f"The database cannot be used: {first_line(error)}") from None
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be used: {error.strerror}") from None
        if not no_verify:
            self._tell_verified(manifest)
        encrypted = "encrypted" if key else "not encrypted"
        self.stdout.write(f"{path} ({path.stat().st_size / 2**20:.1f} MB, {encrypted})")
        operator_commands.note("backup_made", path.name)
        self._rotate(to, options)

    def _tell_verified(self, manifest: Manifest) -> None:
        rows = sum(count for count, _hash in manifest.tables.values())
        tables, files = len(manifest.tables), len(manifest.files)
        self.stdout.write(f"Restored and compared: {rows} rows in {tables} tables, {files} files.")

    def _rotate(self, folder: Path, options: dict[str, Any]) -> None:
        kept = {period: options[period] for period in KEPT}
        for path in rotation.expired(rotation.backups_in(folder), **kept):
            path.unlink(missing_ok=True)
            self.stdout.write(f"Deleted {path.name}")
