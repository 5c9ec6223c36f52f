"""What must be right before a server or a worker starts."""

from __future__ import annotations

import logging
import time

from django.core.management import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.operations.encryption import fields_of_another_key
from helpdesk.operations.services import DATABASE_IS_AWAY, first_line

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds


def is_migrated() -> bool:
    """Whether every migration of this version is applied; a newer version's may be as well."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def check_migrated() -> None:
    """Raises CommandError with a sentence that says what to do, DATABASE_IS_AWAY where the database cannot be asked."""
    if not is_migrated():
        raise CommandError("The database lacks migrations of this version. Run `manage.py setup` first.")


def check_start() -> None:
    """Raises what check_migrated() does, and CommandError where SECRET_KEY does not fit what is stored."""
    check_migrated()
    fields = fields_of_another_key()
    if fields:
        raise CommandError(
            f"The secrets in the database ({', '.join(fields)}) were encrypted with another SECRET_KEY. Set SECRET_KEY "
            "(and SALT_KEY, where it was set) to what it was, or add that value to SECRET_KEY_FALLBACKS."
        )


def wait_and_check_start() -> None:
    """Wait for the database, however long that takes, then check. Raises CommandError."""
    is_said = False
    while True:
        try:
            check_start()
        except DATABASE_IS_AWAY as error:
            connection.close()
            if not is_said:
                logger.warning("Waiting for the database: %s", first_line(error))
                is_said = True
            time.sleep(PAUSE)
        else:
            return
