"""Records what happened to a message on its way to the learner."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from helpdesk.conversations.models import Dispatch, SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.operations.clock import database_now
from helpdesk.tickets.actions.recording import record
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import MessageSent
from helpdesk.tickets.models import Ticket, TicketEvent

Kind = TicketEvent.Kind
State = Dispatch.State
Reason = SuppressedAddress.Reason
IN_WORK = [State.QUEUED, State.SENDING]
# The states from which a dispatch may go to each state; a report that comes twice or too late changes nothing.
FROM = {
    State.FAILED: [State.HELD, *IN_WORK, State.ACCEPTED],
    State.BOUNCED: [*IN_WORK, State.ACCEPTED, State.DELIVERED],
    State.COMPLAINED: [*IN_WORK, State.ACCEPTED, State.DELIVERED],
    State.DELIVERED: [*IN_WORK, State.ACCEPTED],
    State.ACCEPTED: IN_WORK,
}


@transaction.atomic
def note_sent(dispatch: Dispatch, provider_id: str = "") -> None:
    """Record that the mail server accepted the message. Another worker that took it over has nothing left to do."""
    if not move_dispatch(
        dispatch, State.ACCEPTED, provider_id=provider_id[:200], accepted_at=database_now(), reason=""
    ):
        return
    dispatch.events.create(state=State.ACCEPTED)
    # This gives the ticket no new version, so that it interrupts nobody who is working on it.
    record(dispatch.message.ticket, Actor.system(), Kind.MESSAGE_SENT, MessageSent(dispatch.message_id))


@transaction.atomic
def note_delivered(dispatch: Dispatch, provider_event_id: str) -> None:
    """Record that the learner's mail provider accepted the message."""
    move_dispatch(dispatch, State.DELIVERED, reason="")
    dispatch.events.create(state=State.DELIVERED, provider_event_id=provider_event_id)


@transaction.atomic
def note_complaint(dispatch: Dispatch, detail: str, provider_event_id: str) -> None:
    """Record that the learner marked the message as spam, and send nothing more to that address."""
    if is_to_erased(dispatch):
        return
    move_dispatch(dispatch, State.COMPLAINED)
    dispatch.events.create(state=State.COMPLAINED, detail=detail[:500], provider_event_id=provider_event_id)
    suppress_address(dispatch.team, dispatch.recipient, Reason.COMPLAINED, detail=detail)


def is_to_erased(dispatch: Dispatch) -> bool:
    """Whether its learner has been erased: servers' reports would name them, and nobody has to act on these."""
    return Ticket.objects.filter(messages=dispatch.message_id, learner__erased_at__isnull=False).exists()


def move_dispatch(dispatch: Dispatch, state: Dispatch.State, **fields: Any) -> bool:
    """Set the dispatch's state if `FROM` allows it; returns whether it was set.

    A worker can record a failure only while its lease is still the current one.
    """
    found = Dispatch.objects.filter(pk=dispatch.pk, state__in=FROM[state])
    if state == State.FAILED and dispatch.state == State.SENDING:
        found = found.filter(leased_until=dispatch.leased_until)
    return bool(found.update(state=state, next_try_at=None, leased_until=None, **fields))
