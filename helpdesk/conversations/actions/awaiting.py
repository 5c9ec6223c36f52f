"""Since when a learner waits for an answer, as the messages that are there say it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from helpdesk.tickets.merged_tickets import with_merged
from helpdesk.tickets.models import Message, Ticket


def first_unanswered(ticket: Ticket, since: datetime) -> datetime | None:
    """When the first of the learner's messages came, from this time on, that nobody has answered; None for none."""
    sent = Message.objects.filter(kind=Message.Kind.REPLY, cancelled_at=None)
    answered = sent.filter(ticket=OuterRef("ticket"), created_at__gt=OuterRef("created_at"))
    written = Message.objects.filter(~Exists(answered), kind=Message.Kind.LEARNER, cancelled_at=None)
    waiting = written.filter(ticket__in=with_merged([ticket.pk]), created_at__gte=since)
    return waiting.order_by("created_at").values_list("created_at", flat=True).first()


def still_awaited(ticket: Ticket, since: datetime) -> datetime | None:
    """Since when the learner waits who waited since this time: since then, unless what they wrote was taken back."""
    here = Message.objects.filter(ticket__in=with_merged([ticket.pk]), kind=Message.Kind.LEARNER, created_at=since)
    return first_unanswered(ticket, since) if here.filter(cancelled_at__isnull=False).exists() else since
