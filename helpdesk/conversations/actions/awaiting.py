"""Whether learners are answered, and since when they wait, as the messages that are there say it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from helpdesk.conversations.models import Dispatch
from helpdesk.tickets.actions.recording import save_change
from helpdesk.tickets.merged_tickets import with_merged
from helpdesk.tickets.models import Message, Ticket

Kind = Message.Kind


def first_unanswered(ticket: Ticket, since: datetime) -> datetime | None:
    """When the first of the learner's messages came, from this time on, that nobody has answered; None for none."""
    answered = _replies().filter(ticket=OuterRef("ticket"), created_at__gt=OuterRef("created_at"))
    written = Message.objects.filter(~Exists(answered), kind=Kind.LEARNER, cancelled_at=None)
    waiting = written.filter(ticket__in=with_merged([ticket.pk]), created_at__gte=since)
    return waiting.order_by("created_at").values_list("created_at", flat=True).first()


def still_awaited(ticket: Ticket, since: datetime) -> datetime | None:
    """Since when the learner waits who waited since this time: since then, unless what they wrote was taken back."""
    here = Message.objects.filter(ticket__in=with_merged([ticket.pk]), kind=Kind.LEARNER, created_at=since)
    return first_unanswered(ticket, since) if here.filter(cancelled_at__isnull=False).exists() else since


def follow_replies(ticket: Ticket) -> None:
    """One of its replies does not count any more, or counts again: whom the others have answered. To be called locked.

    What each of them altered does not tell that: where two answered the same, and both are gone, nobody has.
    """
    changed = []
    if _was_first_response_lost(ticket):
        ticket.first_responded_at = None
        changed.append("first_responded_at")
    waits_since = ticket.awaiting_reply_since
    own = ticket.messages.filter(kind=Kind.LEARNER, cancelled_at=None).order_by("created_at")
    if waits_since is None:
        last = _replies().filter(ticket=ticket).order_by("created_at").last()
        left = own.filter(created_at__gt=last.created_at) if last else own
        waits_since = left.values_list("created_at", flat=True).first()
    elif own.filter(created_at=waits_since).exists():
        waits_since = first_unanswered(ticket, waits_since)
    if waits_since != ticket.awaiting_reply_since:
        ticket.awaiting_reply_since = waits_since
        changed.append("awaiting_reply_since")
    if changed:
        save_change(ticket, *changed)


def _was_first_response_lost(ticket: Ticket) -> bool:
    at = ticket.first_responded_at
    is_one_of_these = at is not None and ticket.messages.filter(kind=Kind.REPLY, created_at=at).exists()
    return is_one_of_these and not _replies().filter(ticket=ticket).exists()


def _replies() -> QuerySet[Message]:
    """Those that were not taken back, and of which nothing shows that they did not get there."""
    failed = [Dispatch.State.FAILED, Dispatch.State.BOUNCED]
    lost = Dispatch.objects.filter(message=OuterRef("pk"), state__in=failed)
    return Message.objects.filter(~Exists(lost), kind=Kind.REPLY, cancelled_at=None)
