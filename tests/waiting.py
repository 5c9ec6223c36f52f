"""Waiting for what another process does."""

import time
from collections.abc import Callable


def wait_until(happened: Callable[[], object], seconds: float, what: str) -> None:
    """Fails after so many seconds, saying what did not happen."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
