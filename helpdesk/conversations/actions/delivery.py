"""What becomes of a message on its way, as far as the ticket and the team have to know of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from helpdesk.conversations.actions.suppression import suppress_address
from helpdesk.conversations.models import Dispatch, SuppressedAddress
from helpdesk.operations.clock import database_now
from helpdesk.tickets.actions.recording import record
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import MessageSent
from helpdesk.tickets.models import Ticket, TicketEvent

Kind = TicketEvent.Kind
State = Dispatch.State
Reason = SuppressedAddress.Reason
IN_WORK = [State.QUEUED, State.SENDING]
# What may still become of a dispatch, by what is told of it; what is told twice, or too late, changes nothing.
FROM = {
    State.FAILED: [State.HELD, *IN_WORK, State.ACCEPTED],
    State.BOUNCED: [*IN_WORK, State.ACCEPTED, State.DELIVERED],
    State.COMPLAINED: [*IN_WORK, State.ACCEPTED, State.DELIVERED],
    State.DELIVERED: [*IN_WORK, State.ACCEPTED],
    State.ACCEPTED: IN_WORK,
}


@transaction.atomic
def note_sent(dispatch: Dispatch, provider_id: str = "") -> None:
    """The mail server took it. Whoever else had it in hand meanwhile has nothing left to do."""
    if not move_dispatch(
        dispatch, State.ACCEPTED, provider_id=provider_id[:200], accepted_at=database_now(), reason=""
    ):
        return
    dispatch.events.create(state=State.ACCEPTED)
    # No change of the ticket, and no new version of it: nobody's work on it is stopped by that.
    record(dispatch.message.ticket, Actor.system(), Kind.MESSAGE_SENT, MessageSent(dispatch.message_id))


@transaction.atomic
def note_delivered(dispatch: Dispatch, provider_event_id: str) -> None:
    """The learner's provider took it."""
    move_dispatch(dispatch, State.DELIVERED, reason="")
    dispatch.events.create(state=State.DELIVERED, provider_event_id=provider_event_id)


@transaction.atomic
def note_complaint(dispatch: Dispatch, detail: str, provider_event_id: str) -> None:
    """The learner marked it as spam: they are written to no more."""
    if is_to_erased(dispatch):
        return
    move_dispatch(dispatch, State.COMPLAINED)
    dispatch.events.create(state=State.COMPLAINED, detail=detail[:500], provider_event_id=provider_event_id)
    suppress_address(dispatch.team, dispatch.recipient, Reason.COMPLAINED, detail=detail)


def is_to_erased(dispatch: Dispatch) -> bool:
    """Whether it went to a learner who is erased: what servers say of it names them, and nobody has to act on it."""
    return Ticket.objects.filter(messages=dispatch.message_id, learner__erased_at__isnull=False).exists()


def move_dispatch(dispatch: Dispatch, state: Dispatch.State, **fields: Any) -> bool:
    """Give it this state, unless it has gone on, or whoever says so has lost it to somebody else; whether it has it."""
    found = Dispatch.objects.filter(pk=dispatch.pk, state__in=FROM[state])
    if state == State.FAILED and dispatch.state == State.SENDING:
        found = found.filter(leased_until=dispatch.leased_until)
    return bool(found.update(state=state, next_try_at=None, leased_until=None, **fields))
