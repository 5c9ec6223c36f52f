"""The production server: Granian, set up from the environment."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

PR_SET_PDEATHSIG = 1  # Source: prctl(2)


def end_with_parent() -> None:
    """Have Linux end this process when its parent ends, however that ends; elsewhere nothing happens."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):
        return


def load_application() -> Callable[..., Any]:
    """The WSGI application of one worker process."""
    end_with_parent()
    from helpdesk.wsgi import application

    return application


def is_port_free(host: str, port: int) -> bool:
    """Whether a server could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def run(host: str, port: int, *, workers: int, threads: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    # A page or a delivery that the database cannot answer in this time is given up, so that the others go on.
    os.environ.setdefault("PGOPTIONS", "-c statement_timeout=15s -c lock_timeout=5s")
    Granian(
        "helpdesk.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        blocking_threads_idle_timeout=600,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve(target_loader=load_application, wrap_loader=False)
