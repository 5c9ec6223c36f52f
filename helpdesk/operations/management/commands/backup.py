"""`manage.py backup`: database and files in one file, seen to be restorable; and away with old ones."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from helpdesk.operations.backups import making, rotation
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.services import DATABASE_IS_AWAY, first_line


class Command(BaseCommand):
    """Make a backup of this moment beside running servers, restore it into a scratch database, compare, rotate."""

    requires_system_checks = []
    help = "Back up database and files into BACKUP_DIR, encrypted where BACKUP_KEY is set."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--to", type=Path, default=settings.BACKUP_DIR, help="the folder; BACKUP_DIR by default")
        parser.add_argument(
            "--verify-only", type=Path, metavar="FILE", help="make none, only see whether this one is good"
        )
        parser.add_argument("--no-verify", action="store_true", help="do not restore it into a scratch database")
        parser.add_argument("--days", type=int, default=7, help="keep one for each of so many days (7)")
        parser.add_argument("--weeks", type=int, default=5, help="and of so many weeks (5)")
        parser.add_argument("--months", type=int, default=12, help="and of so many months (12)")

    def handle(self, *, to: Path, verify_only: Path | None, no_verify: bool, **options: Any) -> None:
        """Raises CommandError where it is not there or not good; older ones are then kept."""
        if min(options["days"], options["weeks"], options["months"]) < 0:
            raise CommandError("--days, --weeks and --months are 0 or more.")
        try:
            key = making.key_of(settings.BACKUP_KEY)
            path = verify_only or making.make(to, key)
            if not verify_only:
                self.stdout.write(f"{path} ({path.stat().st_size / 2**20:.1f} MB, {'' if key else 'not '}encrypted)")
            if not no_verify:
                manifest = making.verify(path, key)
                rows = sum(count for count, _hash in manifest.tables.values())
                tables, files = len(manifest.tables), len(manifest.files)
                self.stdout.write(f"Restored and compared: {rows} rows in {tables} tables, {files} files.")
        except BackupError as error:
            raise CommandError(str(error)) from None
        except DATABASE_IS_AWAY as error:
            raise CommandError(f"The database cannot be used: {first_line(error)}") from None
        if not verify_only:
            self._rotate(to, options)

    def _rotate(self, folder: Path, options: dict[str, Any]) -> None:
        kept = {name: options[name] for name in ("days", "weeks", "months")}
        for path in rotation.superfluous(rotation.backups_in(folder), **kept):
            path.unlink(missing_ok=True)
            self.stdout.write(f"Deleted {path.name}")
