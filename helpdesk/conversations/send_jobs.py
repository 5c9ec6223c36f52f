"""Having a worker look for what is to be sent: the dispatch says what, the job only when to look."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app


def enqueue_sending(at: datetime | None = None) -> None:
    """Have a worker send what is due at this time, or now."""
    app.configure_task("conversations.send_due", schedule_at=at).defer()


def enqueue_settling(note_id: int, at: datetime) -> None:
    """Have a worker do at this time what follows from a note, unless it is taken back."""
    app.configure_task("conversations.settle_note", schedule_at=at).defer(note_id=note_id)


def enqueue_tag_test(mailbox_id: int) -> None:
    """Have a worker find out whether a mailbox takes addresses with a tag."""
    app.configure_task("conversations.send_tag_test").defer(mailbox_id=mailbox_id)
