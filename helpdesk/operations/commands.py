"""Management commands that work on the database."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError

from helpdesk.operations.database_errors import DATABASE_IS_AWAY, first_line
from helpdesk.operations.start_checks import check_migrated


class DatabaseCommand(BaseCommand):
    """A command that begins only on a database of this version."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Raises CommandError with a sentence that says what to do, where the database is away or not migrated."""
        try:
            check_migrated()
        except DATABASE_IS_AWAY as error:
            raise CommandError(f"The database cannot be used: {first_line(error)}") from None
        return super().execute(*args, **options)
