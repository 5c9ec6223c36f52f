"""Jobs in two queues that answer rows."""

import time
from pathlib import Path

from django.db import connection
from procrastinate.contrib.django import app

from tests.operations.echo.apps import answer


@app.task(name="echo.webhook", queue="webhooks")
def webhook():
    """Answer a row of the kind `webhook`."""
    answer("webhook")


@app.task(name="echo.other")
def other():
    """Answer a row of the kind `other`."""
    answer("other")


@app.task(name="echo.long")
def long(path):
    """Create a file to say that it has started, then wait for `path` to exist."""
    Path(f"{path}.begun").touch()
    while not Path(path).exists():
        time.sleep(0.05)


@app.task(name="echo.held", queue="webhooks")
def held():
    """Occupy a slot until all rows of the kind `held` are answered, as a receiver that hangs does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM echo WHERE kind = 'held' AND NOT answered")
        while cursor.fetchone()[0]:
            time.sleep(0.1)
            cursor.execute("SELECT count(*) FROM echo WHERE kind = 'held' AND NOT answered")
