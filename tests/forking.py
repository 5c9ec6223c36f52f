"""Processes that are forked from the test's own, which spares them the time that it takes to import everything."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.context import ForkProcess

from django.db import connection

from helpdesk.operations.server import end_with_parent


def fork(work: Callable[..., object], *arguments: object) -> ForkProcess:
    """Have another process do this work in the database, with settings and patches as they are now."""
    connection.close()  # which two processes cannot share
    return start_fork(work, *arguments)


def start_fork(work: Callable[..., object], *arguments: object) -> ForkProcess:
    """Have another process do this work, without the database."""
    process = multiprocessing.get_context("fork").Process(target=_run, args=(work, *arguments), daemon=True)
    process.start()
    return process


def end_of(process: ForkProcess, patience: float) -> int | None:
    """How it ended: 0 when its work was done, less when it was killed; None where it works still after that time."""
    process.join(patience)
    return process.exitcode


def _run(work: Callable[..., object], *arguments: object) -> None:
    end_with_parent()
    work(*arguments)
