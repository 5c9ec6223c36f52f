"""What the worker does about first replies when their time has come."""

from datetime import timedelta

from django.db.models import F

from helpdesk.conversations.first_reply import sending
from helpdesk.conversations.models import QuestionRequest


def time_passes(**span):
    """Until what waits at most so long is due, five minutes unless told otherwise."""
    QuestionRequest.objects.filter(state="waiting").update(due_at=F("due_at") - timedelta(**(span or {"minutes": 5})))


def decide(**span):
    """What the worker does when the time has come."""
    time_passes(**span)
    sending.send_due()
