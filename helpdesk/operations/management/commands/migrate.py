"""`manage.py migrate` beside running servers: a migration that has to wait for a table soon gives up and tries again.

While it waits for its lock, all other requests for that table queue up behind it.
"""

from __future__ import annotations

import time
from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connection
from django.db.migrations import Migration
from psycopg import errors

from helpdesk.operations.lock_waits import Holder, LockWatch
from helpdesk.operations.setup_steps import SetupError, run_setup_steps

LOCK_TIMEOUT = 2.0  # seconds that others may be blocked
PAUSE = 3.0  # seconds between attempts, for others to catch up
TOLD_FROM = 3  # attempts before naming the sessions in the way
LONGEST = 600.0  # seconds after which to give up
PARTIAL = ["app_label", "plan", "check_unapplied"]  # options with which it does not run all migrations
IN_THE_WAY = (errors.LockNotAvailable, errors.DeadlockDetected)


class Command(migrate.Command):
    """Django's command, with a lock timeout and retries."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate. Raises CommandError if a table could not be locked within LONGEST, or a setup step failed."""
        attempt, gives_up_at = 1, time.monotonic() + LONGEST
        while not self._try(attempt, gives_up_at, *args, **options):
            attempt += 1
            time.sleep(PAUSE)
        if not any(options.get(name) for name in PARTIAL):
            try:
                run_setup_steps()
            except SetupError as error:
                raise CommandError(str(error)) from None

    def _try(self, attempt: int, gives_up_at: float, *args: Any, **options: Any) -> bool:
        with LockWatch() as watch:
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if not isinstance(error.__cause__, IN_THE_WAY):
                    raise
                is_done = False
            else:
                is_done = True
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        return is_done or self._explain(attempt, gives_up_at, watch.holders)

    def _explain(self, attempt: int, gives_up_at: float, holders: list[Holder]) -> bool:
        """Print what is being waited for and who is in the way; always False. Raises CommandError when it is time to
        give up.
        """
        wanted = holders[0].wanted if holders else "a lock"
        if time.monotonic() > gives_up_at:
            raise CommandError("\n".join([f"Could not get {wanted} to migrate it; in use by:", *map(str, holders)]))
        self.stderr.write(f"Waiting for {wanted}, which is in use; trying again in {PAUSE:.0f} s …")
        if attempt >= TOLD_FROM:
            for holder in holders:
                self.stderr.write(f"  in use by {holder}")
        return False

    def migration_progress_callback(self, action: str, migration: Migration | None = None, fake: bool = False) -> None:
        """Set the lock timeout before each migration.

        A migration without a transaction, such as a concurrent index, gets none: it blocks nobody, and must not be
        interrupted halfway.
        """
        if action in ("apply_start", "unapply_start"):
            limit = f"{LOCK_TIMEOUT}s" if migration is None or migration.atomic else "0"
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [limit])
        super().migration_progress_callback(action, migration, fake)
