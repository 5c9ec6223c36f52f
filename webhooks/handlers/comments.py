"""Learners' comments on lessons."""

from __future__ import annotations

from webhooks.events import Event
from webhooks.handlers import handles
from webhooks.handlers.records import Records

LONGEST_COMMENT = 10_000


@handles("nutror.comment_created", "nutror.comment_replied", "nutror.comment_deleted")
def record_comment(records: Records, event: Event) -> None:
    """A comment, reply or deletion, with the comment's text."""
    records.record_activity(
        event,
        event.name.removeprefix("nutror."),
        comment_text=event.text("comment.text", longest=LONGEST_COMMENT),
    )
