"""Enqueues jobs that look for e-mails to send: the dispatch says what is due, the job only when to look."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app


def enqueue_sending(at: datetime | None = None) -> None:
    """Have a worker send what is due at this time, by default now."""
    app.configure_task("conversations.send_due", schedule_at=at).defer()
