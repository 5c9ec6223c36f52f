"""Setting the assignee, as part of other actions; call with the ticket locked."""

from __future__ import annotations

from helpdesk.teams.models import User
from helpdesk.tickets.actions.recording import record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.fact_base import Reference
from helpdesk.tickets.facts import AssigneeChanged
from helpdesk.tickets.models import Ticket, TicketEvent

Kind = TicketEvent.Kind


def set_assignee(ticket: Ticket, actor: Actor, assignee: User | None) -> None:
    """Set the assignee, or None for nobody, and record it."""
    old, ticket.assignee = ticket.assignee, assignee
    save_change(ticket, "assignee")
    kind = Kind.ASSIGNED if assignee else Kind.UNASSIGNED
    is_taken = assignee is not None and assignee == actor.user
    record(ticket, actor, kind, AssigneeChanged(Reference.to_any(old), Reference.to_any(assignee), is_taken=is_taken))


def can_work_on(ticket: Ticket, person: User) -> bool:
    """Whether this person may be assigned tickets of the ticket's team."""
    return person.memberships.able_to_work().filter(team=ticket.team_id).exists()


def release_if_unworkable(ticket: Ticket, actor: Actor) -> None:
    """Unassign an unfinished ticket from somebody who has left, or may no longer work on tickets."""
    if ticket.assignee and not ticket.is_finished and not can_work_on(ticket, ticket.assignee):
        set_assignee(ticket, actor, None)
