"""How long this thread lets the database take for one statement.

Only the web server's threads set a limit (gateway.py): workers and commands may take as long as they need. The
database enforces it, and the connection enforces it once more (postgresql/base.py), for a database that is frozen
enforces nothing.
"""

from __future__ import annotations

import threading

_thread = threading.local()


def limit_statements(seconds: float) -> None:
    """Limit every statement of this thread, from its next connection on."""
    _thread.seconds = seconds


def statement_limit() -> float | None:
    """The thread's limit for a statement, in seconds; None where it has none."""
    return getattr(_thread, "seconds", None)
