"""A worker's sign of life; it ends the worker if one of its parts hangs."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import close_old_connections, connection
from django.db.models.functions import Now

from helpdesk.operations.database_errors import DATABASE_IS_AWAY
from helpdesk.operations.models import WorkerHeartbeat
from helpdesk.operations.worker_marks import leave_mark

logger = logging.getLogger(__name__)

INTERVAL = 2.0  # seconds between two beats
QUIET = 10.0  # seconds without a turn after which a part counts as not working
HUNG = 60.0  # seconds without a turn after which the worker ends itself
FORGOTTEN_AFTER = timedelta(days=1)


def end_process(part: str) -> None:
    """End this process at once, whatever its threads are doing; its supervisor starts it again."""
    logger.critical("%s has not turned for %d seconds: this worker ends, to be started again.", part, HUNG)
    os._exit(1)


class Heartbeat(threading.Thread):
    """Records every INTERVAL that this worker is working, as long as each of its parts has had a turn lately.

    Silence is counted in beats that reached the database, so that no part is blamed while the database is away or
    frozen.
    """

    def __init__(
        self, parts: Iterable[str], stop: threading.Event, on_hung: Callable[[str], None] = end_process
    ) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._silent_beats = dict.fromkeys(parts, 0)
        self._stop_beating, self._on_hung = stop, on_hung
        self._pk = 0

    def turn(self, part: str) -> None:
        """Note that a part of the worker is active; called from any thread."""
        self._silent_beats[part] = 0

    def run(self) -> None:
        """Beat until told to stop."""
        while True:
            try:
                close_old_connections()
                self.beat()
            except DATABASE_IS_AWAY:
                connection.close()
            except Exception:
                logger.exception("The heartbeat failed")
                connection.close()
            if self._stop_beating.wait(INTERVAL):
                break
        connection.close()

    def beat(self) -> None:
        """Note in the database that this worker is running, and report each part of it that hangs."""
        is_quiet = any(beats > QUIET / INTERVAL for beats in self._silent_beats.values())
        mine = WorkerHeartbeat.objects.filter(pk=self._pk)
        if is_quiet:
            mine.exists()  # only tests whether the database answers
        elif not mine.update(seen_at=Now()):
            WorkerHeartbeat.objects.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
            begun = WorkerHeartbeat.objects.create(name=f"{socket.gethostname()}:{os.getpid()}"[:200])
            self._pk = begun.pk
            try:
                leave_mark(begun.name)
            except OSError as error:  # the doctor reports it
                logger.warning("VAR_DIR cannot be written: %s", error)
        for part in self._silent_beats:
            self._silent_beats[part] += 1
            if self._silent_beats[part] > HUNG / INTERVAL:
                self._on_hung(part)
