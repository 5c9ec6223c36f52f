"""Having a worker look after a subscription."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app


def wake(subscription_id: int, at: datetime | None = None) -> None:
    """Have what is due for this subscription sent, at once or at a later time; part of the current transaction."""
    app.configure_task("integrations.send_due", schedule_at=at).defer(subscription_id=subscription_id)
