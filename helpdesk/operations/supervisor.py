"""Runs several processes as one: each is restarted when it ends, and all stop together.

Granian restarts its own processes too, but gives up if one ends twice within five seconds.
"""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping

import django
from django.core.management import CommandError
from django.db import connections

from helpdesk.operations.server import end_with_parent

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 5.0  # seconds between restarts of a process that keeps ending
STEADY = 10.0  # seconds that a process must run to be restarted at once
PATIENCE = 15.0  # seconds that a process has to stop


def supervise(programs: Mapping[str, Callable[[], None]]) -> None:
    """Run each of the named functions in its own process until SIGINT or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    connections.close_all()
    children = [Child(name, program) for name, program in programs.items()]
    try:
        while True:
            for child in children:
                child.start_if_due()
            running = [child.process.sentinel for child in children if child.process]
            multiprocessing.connection.wait(running, timeout=min(child.seconds_left() for child in children))
    except KeyboardInterrupt:
        pass
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for child in children:
            child.ask_to_end()
        for child in children:
            child.wait_for_end()


class Child:
    """A process that is restarted whenever it ends, with a growing pause if that happens soon."""

    def __init__(self, name: str, program: Callable[[], None]) -> None:
        self.name, self.program = name, program
        self.process: multiprocessing.Process | None = None
        self._due_at = self._started_at = 0.0
        self._pause = 0.0

    def start_if_due(self) -> None:
        """Start the process if it isn't running and its pause is over."""
        if self.process and not self.process.is_alive():
            self._note_end(self.process)
        if not self.process and time.monotonic() >= self._due_at:
            self._started_at = time.monotonic()
            self.process = multiprocessing.Process(target=_run, args=(self.program,), name=self.name)
            self.process.start()

    def _note_end(self, process: multiprocessing.Process) -> None:
        is_steady = time.monotonic() - self._started_at > STEADY
        self._pause = 0.0 if is_steady else min(LONGEST_PAUSE, max(0.5, self._pause * 2))
        self._due_at = time.monotonic() + self._pause
        logger.error("The %s process ended (%s); it starts again.", self.name, process.exitcode)
        process.close()
        self.process = None

    def seconds_left(self) -> float:
        """Seconds until this process has to be checked."""
        return 60.0 if self.process else max(0.0, self._due_at - time.monotonic())

    def ask_to_end(self) -> None:
        """Ask the process to stop."""
        if self.process:
            self.process.terminate()

    def wait_for_end(self) -> None:
        """Wait for the process to stop; kill it if that takes too long."""
        if not self.process:
            return
        self.process.join(PATIENCE)
        if self.process.is_alive():
            logger.error("The %s process did not end in %d seconds and is killed.", self.name, PATIENCE)
            self.process.kill()
            self.process.join()


def _run(program: Callable[[], None]) -> None:
    """Run in the child: keyboard signals don't reach it, only the supervisor's, and it ends with the supervisor."""
    os.setpgrp()  # not a session of its own, because Linux compares priorities within a session
    end_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    django.setup()
    try:
        program()
    except CommandError as error:
        sys.exit(f"CommandError: {error}")
