"""Common steps in tests of sending."""

from datetime import timedelta

from django.db.models import F

from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending import dispatcher
from helpdesk.conversations.sending.transport import Transport


def at(step, answer, recipient=None):
    return lambda now, whom: answer if now == step and (recipient is None or whom == recipient) else None


def time_passes(**span):
    """Make everything due that would be within this time span."""
    Dispatch.objects.exclude(next_try_at=None).update(next_try_at=F("next_try_at") - timedelta(**span))


def send(**span):
    time_passes(**(span or {"seconds": 11}))
    dispatcher.send_due()


def send_late(dispatch):
    """Send as a worker does that was too slow."""
    with Transport() as transport:
        dispatcher._send(dispatch, transport)


def dispatch_of(message):
    return Dispatch.objects.get(message=message)
