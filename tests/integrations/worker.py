"""Workers as processes of their own, on the tests' own database."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from multiprocessing.context import ForkProcess
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from tests.forking import fork


@contextmanager
def workers() -> Iterator[Callable[[], ForkProcess]]:
    """Gives a function that starts one; all end with the test."""
    started: list[ForkProcess] = []

    def start() -> ForkProcess:
        worker = fork(_work)
        started.append(worker)
        return worker

    try:
        yield start
    finally:
        for worker in started:
            worker.kill()
            worker.join()


def _work() -> None:
    """Do as `manage.py worker` does."""
    settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = True
    logging.disable(logging.INFO)
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        call_command("worker", stdout=nowhere)
