"""Enqueues jobs that look for e-mails to send: the dispatch says what is due, the job only when to look."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app


def enqueue_sending(at: datetime | None = None) -> None:
    """Have a worker send what is due at this time, by default now."""
    app.configure_task("conversations.send_due", schedule_at=at).defer()


def enqueue_settling(note_id: int, at: datetime) -> None:
    """Have a worker settle a note at this time, unless it is taken back."""
    app.configure_task("conversations.settle_note", schedule_at=at).defer(note_id=note_id)


def enqueue_tag_test(mailbox_id: int) -> None:
    """Have a worker test whether a mailbox accepts addresses with a tag."""
    app.configure_task("conversations.send_tag_test").defer(mailbox_id=mailbox_id)
