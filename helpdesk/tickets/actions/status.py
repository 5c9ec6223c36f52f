"""The status of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.tickets.actions.assignees import release_if_unworkable
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import StatusChanged
from helpdesk.tickets.models import DONE_STATUSES, Status, Ticket, TicketEvent
from helpdesk.ui.refusals import ActionRefused

Kind = TicketEvent.Kind
# Fields that a change of status, or a reply, alters besides the status itself.
TIMES = ("resolved_at", "first_responded_at", "awaiting_reply_since", "sending_failed_at")


@action
def change_status(ticket: Ticket, actor: Actor, status: str) -> None:
    """Set the status. Refuses transitions that NEXT_STATUSES does not list."""
    if ticket.status == status:
        return
    if status not in ticket.next_statuses:
        raise ActionRefused(
            _("A ticket that is “%(old)s” cannot become “%(new)s”.")
            % {
                "old": Status(ticket.status).label,
                "new": Status(status).label if status in Status.values else status,
            }
        )
    set_status(ticket, actor, Status(status))


def resolve_ticket(ticket: Ticket, actor: Actor) -> None:
    """Resolve the ticket: the learner has been helped."""
    change_status(ticket, actor, Status.RESOLVED)


@action
def reopen_ticket(ticket: Ticket, actor: Actor) -> None:
    """Reopen a resolved or closed ticket."""
    if not ticket.is_finished:
        return
    set_status(ticket, actor, Status.OPEN)


def set_status(ticket: Ticket, actor: Actor, status: Status) -> None:
    """Set any status, and update the times that depend on it. Call with the ticket locked."""
    old, ticket.status = Status(ticket.status), status
    was_done, is_done = old in DONE_STATUSES, status in DONE_STATUSES
    if is_done != was_done:
        ticket.resolved_at = timezone.now() if is_done else None
    if is_done:
        ticket.snoozed_until = ticket.sending_failed_at = None
    save_change(ticket, "status", "resolved_at", "snoozed_until", "sending_failed_at")
    kind = Kind.REOPENED if was_done and not is_done else Kind.STATUS_CHANGED
    record(ticket, actor, kind, StatusChanged(old.value, status.value))
    if was_done and not is_done:
        release_if_unworkable(ticket, actor)


@action
def restore_status(ticket: Ticket, actor: Actor, before: Mapping[str, Any], _after: Mapping[str, Any]) -> None:
    """Undo: restore the previous status and times, as far as `before` has them."""
    if before.get("status", ticket.status) != ticket.status:
        set_status(ticket, actor, Status(before["status"]))
    times = [name for name in TIMES if name in before]
    for name in times:
        setattr(ticket, name, before[name])
    if times:
        ticket.save(update_fields=times)
