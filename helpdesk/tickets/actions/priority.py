"""The priority of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import PriorityChanged
from helpdesk.tickets.models import Priority, Ticket, TicketEvent
from helpdesk.ui.refusals import ActionRefused


@action
def change_priority(ticket: Ticket, actor: Actor, priority: int) -> None:
    """Set the priority. Refuses values that Priority does not have."""
    if ticket.priority == priority:
        return
    if priority not in Priority.values:
        raise ActionRefused(_("Unknown priority."))
    old, ticket.priority = ticket.priority, priority
    save_change(ticket, "priority")
    fact = PriorityChanged(Priority(old).name.lower(), Priority(priority).name.lower())
    record(ticket, actor, TicketEvent.Kind.PRIORITY_CHANGED, fact)


def restore_priority(ticket: Ticket, actor: Actor, before: Mapping[str, Any], _after: Mapping[str, Any]) -> None:
    """Undo: restore the previous priority."""
    change_priority(ticket, actor, before["priority"])
