"""Starting and stopping the processes of a benchmark."""

import http.client
import time

from django.db import connection
from django.db.utils import OperationalError


def end(process):
    """Stop it as an operator would."""
    process.terminate()
    process.wait(30)


def wait_until(condition, limit=60.0):
    """Seconds until the condition is true. Raises TimeoutError."""
    begun = time.monotonic()
    while time.monotonic() - begun < limit:
        try:
            if condition():
                return time.monotonic() - begun
        except (OSError, http.client.HTTPException, OperationalError):
            connection.close()
        time.sleep(0.05)
    raise TimeoutError


def answers(port, path="/livez"):
    """Whether it answers with 200."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        client.request("GET", path)
        return client.getresponse().status == 200
    finally:
        client.close()
