"""Jobs that answer a row, of two queues."""

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
