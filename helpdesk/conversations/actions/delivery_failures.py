"""Records that a message did not reach its learner, so that somebody sees to its ticket again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from helpdesk.conversations.actions.cancelling import restore_state
from helpdesk.conversations.actions.delivery import IN_WORK, is_to_erased, move_dispatch
from helpdesk.conversations.actions.question_request_states import note_request_not_sent
from helpdesk.conversations.models import Dispatch, SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.tickets.actions.locking import lock_root
from helpdesk.tickets.actions.recording import record, save_change
from helpdesk.tickets.actions.snooze import set_snoozed_until
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import SendingFailed
from helpdesk.tickets.models import Status, Ticket, TicketEvent
from helpdesk.tickets.undo import altered, state_of

Kind = TicketEvent.Kind
State = Dispatch.State
Reason = SuppressedAddress.Reason


@transaction.atomic
def note_failed(
    dispatch: Dispatch,
    state: Dispatch.State,
    reason: str,
    *,
    detail: str = "",
    is_address_gone: bool = False,
    provider_event_id: str | None = None,
) -> None:
    """Record that a message did not reach the learner, and undo what it changed on the ticket.

    Nobody looks at finished or snoozed tickets, so they are reopened or returned to the inbox. What changed, except for
    the snooze, is stored, so that sending the message again can restore it. If `is_address_gone`, nothing more is sent
    to that address.
    `reason` is for people, `detail` is what the server said. If the learner was erased, nothing is recorded, and the
    message is cancelled if it is unsent.
    """
    if is_to_erased(dispatch):
        unsent = Dispatch.objects.filter(pk=dispatch.pk, state__in=[State.HELD, *IN_WORK])
        unsent.update(state=State.CANCELLED, next_try_at=None, leased_until=None)
        return
    ticket = dispatch.message.ticket
    root = lock_root(ticket)
    if not move_dispatch(dispatch, state, reason=reason[:300]):
        return
    dispatch.events.create(state=state, detail=(detail or reason)[:500], provider_event_id=provider_event_id)
    if is_address_gone:
        suppress_address(dispatch.team, dispatch.recipient, Reason.BOUNCED, detail=detail)
    note_request_not_sent(dispatch.message)
    was = state_of(root)
    if root == ticket:
        restore_state(root, Actor.system(), dispatch)
    if root.is_finished:
        set_status(root, Actor.system(), Status.OPEN)
    if root == ticket:
        _keep_altered(dispatch, was, state_of(root))
    if root.is_snoozed:
        set_snoozed_until(root, Actor.system(), None)
    _stamp(ticket, root, timezone.now())
    save_change(root, "sending_failed_at")
    record(root, Actor.system(), Kind.SENDING_FAILED, SendingFailed(dispatch.message_id, reason))


def _stamp(ticket: Ticket, root: Ticket, now: datetime) -> None:
    """Mark the failure on the message's ticket and all those it is merged into, so that it survives a split."""
    before = root.sending_failed_at
    if root == ticket:
        root.sending_failed_at = now
        return
    root.sending_failed_at = before or now
    chain = []
    below: Ticket | None = Ticket.objects.get(pk=ticket.pk)
    while below and below != root:
        if below.sending_failed_at is None or below.sending_failed_at != before:
            chain.append(below.pk)
        below = below.merged_into
    Ticket.objects.filter(pk__in=chain).update(sending_failed_at=now)


def _keep_altered(dispatch: Dispatch, was: dict[str, Any], now: dict[str, Any]) -> None:
    """Store what changed, so that sending the message again restores it, even on an already finished ticket."""
    after, before = altered(was, now)
    dispatch.after, dispatch.before = dispatch.after | after, dispatch.before | before
    dispatch.save(update_fields=["before", "after"])
