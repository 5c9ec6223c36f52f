"""What a message alters of the ticket that it comes to, noted with its e-mail, so that it can be taken back with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from helpdesk.conversations.models import QuestionRequest
from helpdesk.tickets.actions import unmerge_ticket
from helpdesk.tickets.actions.questions import QUESTION_ATTRIBUTES, give_back_question
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import ReplyCancelled
from helpdesk.tickets.merged_tickets import with_merged
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets.undo import FIELDS, HAS_REQUEST, altered, give_back, restorable, values_of

ASKED = set(QUESTION_ATTRIBUTES)
# Of what a message alters, that which stays while somebody has something else to see to.
MOVES = [TicketEvent.Kind.STATUS_CHANGED, TicketEvent.Kind.REOPENED]
FOR_WAITING = ("status", "resolved_at", "snoozed_until", "awaiting_reply_since")


@dataclass
class Effects:
    """On the ticket that gets it; `opened` is the one that was opened for it, perhaps merged into that one at once."""

    ticket: Ticket | None = None
    opened: Ticket | None = None
    before: dict[str, Any] = field(default_factory=dict)

    def watch(self, ticket: Ticket) -> None:
        """Note it as it is now, locked, before the message alters anything."""
        self.ticket, self.before = ticket, _state(ticket)

    @property
    def is_new(self) -> bool:
        """Whether the ticket is nothing but this message."""
        return self.opened is not None and self.opened == self.ticket

    def noted(self) -> dict[str, Any]:
        """As an e-mail keeps it, once the message is there."""
        if self.ticket is None:
            return {}
        before, after = altered(self.before, _state(Ticket.objects.get(pk=self.ticket.pk)))
        return {"before": before, "after": after, "opened": self.opened.pk if self.opened else None}


def take_back(message: Message, actor: Actor, noted: dict[str, Any]) -> None:
    """The message is not shown any more, and its files are gone; the bytes of its e-mail have all of it.

    What it altered goes back, as far as nothing has changed since. To be called in a transaction; raises ActionRefused.
    """
    ticket = Ticket.objects.get(pk=message.ticket_id)
    opened = noted.get("opened")
    merged = Ticket.objects.filter(pk=opened, merged_into=ticket).first() if opened else None
    if merged:
        unmerge_ticket(merged, actor)
        _close_if_empty(merged, actor)
    _take_back(ticket, actor, message, noted)
    if opened == ticket.pk:
        _close_if_empty(ticket, actor)


def _state(ticket: Ticket) -> dict[str, Any]:
    """What goes back, with the words that the ticket shows as its question."""
    return values_of(ticket) | {"question": ticket.question}


@action
def _take_back(ticket: Ticket, actor: Actor, message: Message, noted: dict[str, Any]) -> None:
    message.cancelled_at = timezone.now()
    message.save(update_fields=["cancelled_at"])
    message.attachments.all().delete()
    save_change(ticket)
    record(ticket, actor, TicketEvent.Kind.REPLY_CANCELLED, ReplyCancelled(message.pk))
    after = noted.get("after", {})
    unchanged = restorable(noted.get("before", {}), after, _state(ticket))
    waits_since = _waits_since(ticket)
    requests = ticket.events.filter(HAS_REQUEST, created_at__gte=message.created_at)
    if waits_since or ticket.sending_failed_at or requests.exists() or _was_worked_on(ticket, message, noted):
        unchanged = {name: value for name, value in unchanged.items() if name not in FOR_WAITING}
    if ticket.awaiting_reply_since == message.created_at and "awaiting_reply_since" not in unchanged:
        ticket.awaiting_reply_since = waits_since
        save_change(ticket, "awaiting_reply_since")
    if asked := {name: FIELDS[name].to_python(unchanged.pop(name)) for name in ASKED & unchanged.keys()}:
        give_back_question(ticket, actor, asked, after)
        if not (waits_since or ticket.is_question_known):  # so that they can still say it where they were asked
            answered = QuestionRequest.objects.sent_about(ticket).filter(answered_at__gte=message.created_at)
            answered.update(answered_at=None)
    if unchanged:
        give_back(ticket, actor, unchanged, after)


def _was_worked_on(ticket: Ticket, message: Message, noted: dict[str, Any]) -> bool:
    """Whether the team has replied since, or its status was changed but by the message itself."""
    replied = ticket.messages.filter(kind=Message.Kind.REPLY, pk__gt=message.pk, cancelled_at=None)
    moved = ticket.events.filter(kind__in=MOVES, created_at__gte=message.created_at)
    return replied.exists() or moved.count() > ("status" in noted.get("before", {}))


def _waits_since(ticket: Ticket) -> datetime | None:
    """When the first of the learner's messages came that nobody has answered."""
    if ticket.awaiting_reply_since is None:
        return None
    written = Message.objects.filter(
        ticket__in=with_merged([ticket.pk]),
        kind=Message.Kind.LEARNER,
        cancelled_at=None,
        created_at__gte=ticket.awaiting_reply_since,
    )
    return written.order_by("created_at").values_list("created_at", flat=True).first()


@action
def _close_if_empty(ticket: Ticket, actor: Actor) -> None:
    """What was opened by the message alone, unless somebody has written there since, or asks the same."""
    if ticket.is_finished or ticket.request_count > 1 or ticket.messages.filter(cancelled_at=None).exists():
        return
    set_status(ticket, actor, Status.CLOSED)
