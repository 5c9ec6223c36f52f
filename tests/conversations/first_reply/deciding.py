"""Runs the worker's step for first replies that are due."""

from datetime import timedelta

from django.db.models import F

from helpdesk.conversations.first_reply import sending
from helpdesk.conversations.models import QuestionRequest


def time_passes(**span):
    """Make waiting first replies due if they were to be in this time span, five minutes by default."""
    QuestionRequest.objects.filter(state="waiting").update(due_at=F("due_at") - timedelta(**(span or {"minutes": 5})))


def decide(**span):
    """Let the time span pass, and send what is due."""
    time_passes(**span)
    sending.decide_due()
