"""The production server: Granian, configured from the environment."""

from __future__ import annotations

import ctypes
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.module_loading import import_string

PR_SET_PDEATHSIG = 1  # Source: prctl(2)
MAX_CONNECTIONS = 10_000  # per process; idle ones cost almost nothing, so there may be many
HEADER_TIME = 10  # seconds within which a request's headers must arrive
STOP_TIME = 10  # seconds that running requests get when the server stops


def end_with_parent() -> None:
    """Have Linux terminate this process when its parent ends for any reason; does nothing elsewhere."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):
        return


def load_application(name: str, threads: int) -> Callable[..., Any]:
    """What each server process runs: the WSGI application `module:attribute` behind the gateway."""
    end_with_parent()
    application = import_string(name.replace(":", "."))
    from helpdesk.operations.gateway import Gateway  # the application has set up Django
    from helpdesk.operations.instruments import make_all

    make_all()
    return Gateway(application, threads)


def is_port_free(host: str, port: int) -> bool:
    """Whether a server can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def run(host: str, port: int, *, workers: int, threads: int, application: str = "helpdesk.wsgi:application") -> None:
    """Serve a WSGI application until SIGINT or SIGTERM, with `threads` threads per lane (see lanes.py)."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    Granian(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        backpressure=MAX_CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIME * 1000),
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIME,
    ).serve(target_loader=partial(load_application, application, threads), wrap_loader=False)
