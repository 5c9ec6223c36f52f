"""Processes that are forked from the test's, which saves them the time to import everything."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.context import ForkProcess

from django.db import connection

from helpdesk.operations.server import end_with_parent


def fork(work: Callable[..., object], *arguments: object) -> ForkProcess:
    """Run this in another process, with database access and the current settings and patches."""
    connection.close()  # two processes cannot share it
    return start_fork(work, *arguments)


def start_fork(work: Callable[..., object], *arguments: object) -> ForkProcess:
    """Run this in another process, without the database."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(work, *arguments), daemon=True)
    process.start()
    return process


def end_of(process: ForkProcess, patience: float) -> int | None:
    """The exit code: 0 if it finished, negative if it was killed, None if it still runs after `patience` seconds."""
    process.join(patience)
    return process.exitcode


def _run(work: Callable[..., object], *arguments: object) -> None:
    end_with_parent()
    work(*arguments)
