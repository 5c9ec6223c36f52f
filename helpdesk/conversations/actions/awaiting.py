"""Whether learners are answered, and since when they wait, as the messages that are there say it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.models.states import UNDELIVERED
from helpdesk.tickets.actions.recording import save_change
from helpdesk.tickets.merged_tickets import with_merged
from helpdesk.tickets.models import Message, Ticket

Kind = Message.Kind


def first_unanswered(ticket: Ticket, since: datetime) -> datetime | None:
    """When the first of the learner's messages came, from this time on, that nobody has answered; None for none."""
    here = Message.objects.filter(ticket__in=with_merged([ticket.pk]), created_at__gte=since)
    return _first_of(_unanswered(here))


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
    own = ticket.messages.filter(kind=Kind.LEARNER, cancelled_at=None)
    if waits_since is None:
        waits_since = _first_of(_unanswered(own))
    elif own.filter(created_at=waits_since).exists():
        waits_since = first_unanswered(ticket, waits_since)
    if waits_since != ticket.awaiting_reply_since:
        ticket.awaiting_reply_since = waits_since
        changed.append("awaiting_reply_since")
    if changed:
        save_change(ticket, *changed)


def _was_first_response_lost(ticket: Ticket) -> bool:
    at = ticket.first_responded_at
    if at is None:
        return False
    then = {"created_at__lte": at} if at == ticket.requested_at else {"created_at": at}  # see `count_response`
    is_one_of_these = ticket.messages.filter(kind=Kind.REPLY, **then).exists()
    return is_one_of_these and not _replies().filter(ticket=ticket).exists()


def _unanswered(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Of these what the learner wrote, and no reply was written after, by somebody who could know of it.

    An e-mail that was filed late is older than the replies that were written before anybody saw it.
    """
    answered = _replies().filter(
        ticket=OuterRef("ticket"), created_at__gt=OuterRef("created_at"), pk__gt=OuterRef("pk")
    )
    return messages.filter(~Exists(answered), kind=Kind.LEARNER, cancelled_at=None)


def _first_of(messages: QuerySet[Message]) -> datetime | None:
    return messages.order_by("created_at").values_list("created_at", flat=True).first()


def _replies() -> QuerySet[Message]:
    """The team's replies, without those taken back or known not to have arrived."""
    lost = Dispatch.objects.filter(message=OuterRef("pk"), state__in=UNDELIVERED)
    return Message.objects.filter(~Exists(lost), kind=Kind.REPLY, cancelled_at=None)


def count_response(ticket: Ticket, at: datetime) -> None:
    """The team has first responded at this time, unless it did earlier: an e-mail may be older than its ticket."""
    responded = max(at, ticket.requested_at)
    ticket.first_responded_at = min(ticket.first_responded_at or responded, responded)
