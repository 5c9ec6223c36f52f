"""What becomes of a message on its way, as far as the ticket and the team have to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from helpdesk.conversations.actions.asked import note_unasked
from helpdesk.conversations.actions.cancelling import give_back_state
from helpdesk.conversations.actions.suppression import suppress_address
from helpdesk.conversations.models import Dispatch, SuppressedAddress
from helpdesk.operations.clock import database_now
from helpdesk.tickets.actions.locking import lock_root
from helpdesk.tickets.actions.recording import record, save_change
from helpdesk.tickets.actions.snooze import set_snoozed_until
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import MessageSent, SendingFailed
from helpdesk.tickets.models import Status, Ticket, TicketEvent
from helpdesk.tickets.undo import altered, state_of

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


@contextmanager
def in_own_language() -> Iterator[None]:
    """What is stored for people to read is in the installation's language, whoever is at work."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@transaction.atomic
def note_sent(dispatch: Dispatch, provider_id: str = "") -> None:
    """The mail server took it. Whoever else had it in hand meanwhile has nothing left to do."""
    if not _move(dispatch, State.ACCEPTED, provider_id=provider_id[:200], accepted_at=database_now(), reason=""):
        return
    dispatch.events.create(state=State.ACCEPTED)
    # No change of the ticket, and no new version of it: nobody's work on it is stopped by that.
    record(dispatch.message.ticket, Actor.system(), Kind.MESSAGE_SENT, MessageSent(dispatch.message_id))


@transaction.atomic
def note_delivered(dispatch: Dispatch, provider_event_id: str) -> None:
    """The learner's provider took it."""
    _move(dispatch, State.DELIVERED, reason="")
    dispatch.events.create(state=State.DELIVERED, provider_event_id=provider_event_id)


@transaction.atomic
def note_complaint(dispatch: Dispatch, detail: str, provider_event_id: str) -> None:
    """The learner marked it as spam: they are written to no more."""
    if _is_to_erased(dispatch):
        return
    _move(dispatch, State.COMPLAINED)
    dispatch.events.create(state=State.COMPLAINED, detail=detail[:500], provider_event_id=provider_event_id)
    suppress_address(dispatch.team, dispatch.recipient, Reason.COMPLAINED, detail=detail)


@transaction.atomic
def fail(
    dispatch: Dispatch,
    state: Dispatch.State,
    reason: str,
    *,
    detail: str = "",
    is_address_gone: bool = False,
    provider_event_id: str | None = None,
) -> None:
    """It did not get to the learner: the ticket is to do again, as if the message had not been written.

    Nobody works on what is finished or put off: then it is open again, or back in the inbox. What that alters is kept
    for when it is sent again. An address that is gone is written to no more. `reason` is for a person, `detail` is what
    the server said. Of who is erased nothing is kept.
    """
    if _is_to_erased(dispatch):
        unsent = Dispatch.objects.filter(pk=dispatch.pk, state__in=[State.HELD, *IN_WORK])
        unsent.update(state=State.CANCELLED, next_try_at=None, leased_until=None)
        return
    ticket = dispatch.message.ticket
    standing = lock_root(ticket)
    if not _move(dispatch, state, reason=reason[:300]):
        return
    dispatch.events.create(state=state, detail=(detail or reason)[:500], provider_event_id=provider_event_id)
    if is_address_gone:
        suppress_address(dispatch.team, dispatch.recipient, Reason.BOUNCED, detail=detail)
    note_unasked(dispatch.message)
    was = state_of(standing)
    if standing == ticket:
        give_back_state(standing, Actor.system(), dispatch)
    if standing.is_finished:
        set_status(standing, Actor.system(), Status.OPEN)
    if standing == ticket:
        _keep_altered(dispatch, was, state_of(standing))
    if standing.is_snoozed:
        set_snoozed_until(standing, Actor.system(), None)
    _stamp(ticket, standing, timezone.now())
    save_change(standing, "sending_failed_at")
    record(standing, Actor.system(), Kind.SENDING_FAILED, SendingFailed(dispatch.message_id, reason))


def _stamp(ticket: Ticket, standing: Ticket, now: datetime) -> None:
    """Note the failure on all from the ticket whose message it is up to the one that stands: a split takes it along."""
    before = standing.sending_failed_at
    if standing == ticket:
        standing.sending_failed_at = now
        return
    standing.sending_failed_at = before or now
    chain = []
    below: Ticket | None = Ticket.objects.get(pk=ticket.pk)
    while below and below != standing:
        if below.sending_failed_at is None or below.sending_failed_at != before:
            chain.append(below.pk)
        below = below.merged_into
    Ticket.objects.filter(pk__in=chain).update(sending_failed_at=now)


def _keep_altered(dispatch: Dispatch, was: dict[str, Any], now: dict[str, Any]) -> None:
    """So that sending it again brings back what was: also on a ticket that was finished before the message."""
    after, before = altered(was, now)
    dispatch.after, dispatch.before = dispatch.after | after, dispatch.before | before
    dispatch.save(update_fields=["before", "after"])


def _is_to_erased(dispatch: Dispatch) -> bool:
    """Whether it went to a learner who is erased: what servers say of it names them, and nobody has to act on it."""
    return Ticket.objects.filter(messages=dispatch.message_id, learner__erased_at__isnull=False).exists()


def _move(dispatch: Dispatch, state: Dispatch.State, **fields: Any) -> bool:
    """Give it this state, unless it has gone on, or whoever says so has lost it to somebody else; whether it has it."""
    found = Dispatch.objects.filter(pk=dispatch.pk, state__in=FROM[state])
    if state == State.FAILED and dispatch.state == State.SENDING:
        found = found.filter(leased_until=dispatch.leased_until)
    return bool(found.update(state=state, next_try_at=None, leased_until=None, **fields))
