"""The base class of management commands that need the database."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError

from helpdesk.operations.database_errors import DATABASE_IS_AWAY, first_line
from helpdesk.operations.start_checks import check_migrated


class DatabaseCommand(BaseCommand):
    """A command that only runs if the database is migrated to this version."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Raises CommandError, which says what to do, if the database is away or not migrated."""
        try:
            check_migrated()
        except DATABASE_IS_AWAY as error:
            raise CommandError(f"The database cannot be used: {first_line(error)}") from None
        return super().execute(*args, **options)
