"""Whether learners have been answered and since when they have been waiting, derived from the messages."""

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
    """When the learner's first unanswered message from this time on was written; None if there is none."""
    here = Message.objects.filter(ticket__in=with_merged([ticket.pk]), created_at__gte=since)
    return _first_of(_unanswered(here))


def still_awaited(ticket: Ticket, since: datetime) -> datetime | None:
    """Since when the learner is still waiting: `since`, unless the message written then was taken back.

    In that case it is the time of their next unanswered message, or None.
    """
    here = Message.objects.filter(ticket__in=with_merged([ticket.pk]), kind=Kind.LEARNER, created_at=since)
    return first_unanswered(ticket, since) if here.filter(cancelled_at__isnull=False).exists() else since


def follow_replies(ticket: Ticket) -> None:
    """Recompute first response and waiting time after a reply stopped counting, or counts again.

    Call it with the ticket locked. It looks at the replies that still count, not at what each one changed: if two
    replies answered the same message and both are gone, nobody has answered it.
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
    """The learner's messages among these that no later reply answers.

    A reply answers a message only if its writer could have seen it: an e-mail that was filed late may be older than
    replies that were written before anybody saw it.
    """
    answered = _replies().filter(
        ticket=OuterRef("ticket"), created_at__gt=OuterRef("created_at"), pk__gt=OuterRef("pk")
    )
    return messages.filter(~Exists(answered), kind=Kind.LEARNER, cancelled_at=None)


def _first_of(messages: QuerySet[Message]) -> datetime | None:
    return messages.order_by("created_at").values_list("created_at", flat=True).first()


def _replies() -> QuerySet[Message]:
    """The team's replies, except those that were taken back or are known not to have arrived."""
    lost = Dispatch.objects.filter(message=OuterRef("pk"), state__in=UNDELIVERED)
    return Message.objects.filter(~Exists(lost), kind=Kind.REPLY, cancelled_at=None)


def count_response(ticket: Ticket, at: datetime) -> None:
    """Set the first response to this time, unless there was an earlier one.

    It is never set before the request itself, because an e-mail may be older than its ticket.
    """
    responded = max(at, ticket.requested_at)
    ticket.first_responded_at = min(ticket.first_responded_at or responded, responded)
