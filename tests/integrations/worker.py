"""Worker processes on the tests' own database."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from helpdesk.operations.server import end_with_parent
from tests.servers import database_address


@contextmanager
def workers() -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """A function that starts a worker; all of them end with the test."""
    environment = os.environ | {
        "DATABASE_URL": database_address(),
        "WEBHOOKS_ALLOW_PRIVATE_ADDRESSES": "true",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]
    started = []

    def start() -> "subprocess.Popen[bytes]":
        worker = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, preexec_fn=end_with_parent)
        started.append(worker)
        return worker

    try:
        yield start
    finally:
        for worker in started:
            worker.kill()
            worker.wait()
