"""How long this thread lets a database statement run.

Only threads of the web server set a limit (gateway.py); workers and commands may take as long as they need. The
database enforces it, and so does the connection (postgresql/base.py), since a frozen database enforces nothing.
"""

from __future__ import annotations

import threading

_thread = threading.local()


def limit_statements(seconds: float) -> None:
    """Limit every statement of this thread, from its next connection on."""
    _thread.seconds = seconds


def statement_limit() -> float | None:
    """The thread's limit in seconds; None if it has none."""
    return getattr(_thread, "seconds", None)
