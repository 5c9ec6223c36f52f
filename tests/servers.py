"""Servers started by tests, their ports, and the database that they share with the tests."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from helpdesk.operations.server import end_with_parent
from tests.databases import address_of


def free_port() -> int:
    """An unused port below the range from which the system assigns ports to outgoing connections."""
    while True:
        port = 10_000 + secrets.randbelow(22_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def database_address() -> str:
    """The DATABASE_URL of the tests' own database."""
    return address_of(connection.settings_dict["NAME"])


@contextmanager
def serving(
    *, worker: bool = False, log: IO[str] | None = None, code: Path = settings.BASE_DIR, **variables: str
) -> Iterator[str]:
    """Run `manage.py serve`, optionally with a worker; yields its address.

    It uses the tests' own database unless `variables` are given, and this code unless `code` is another folder.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {"WEB_WORKERS": "1"} | (variables or {"DATABASE_URL": database_address()})
    environment |= {"PORT": str(port), "BASE_URL": address}
    command = [sys.executable, str(code / "manage.py"), "serve", *([] if worker else ["--without-worker"])]
    process = subprocess.Popen(command, cwd=code, env=environment, preexec_fn=end_with_parent, stderr=log)
    try:
        deadline = time.monotonic() + 180
        while True:
            assert process.poll() is None, "the server ended at its start"
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=2)  # noqa: S310 - loopback
                break
            except OSError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()
