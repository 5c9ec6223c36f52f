"""Waits for other processes."""

import time
from collections.abc import Callable


def wait_until(happened: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until it has happened; fail after `seconds`, saying what did not."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
