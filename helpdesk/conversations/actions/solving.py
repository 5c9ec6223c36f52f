"""The learner says on their page that they need no more help, or that they still do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.conversations.actions.receiving_tickets import is_over
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actions.recording import action
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import StatusChanged
from helpdesk.tickets.models import Status, Ticket, TicketEvent

Kind = TicketEvent.Kind


@action
def say_solved(ticket: Ticket, actor: Actor) -> None:
    """The learner needs no more help: the ticket is resolved."""
    if not ticket.is_finished:
        set_status(ticket, actor, Status.RESOLVED)


@action
def say_unsolved(ticket: Ticket, actor: Actor) -> None:
    """Undo `say_solved`: the ticket gets its former status. Raises ActionRefused if the learner did not resolve it."""
    if not ticket.is_finished:
        return
    before = status_before_solved(ticket)
    if before is None:
        raise ActionRefused(_("The school has closed this request. Tell them what you still need."))
    set_status(ticket, actor, before)


def status_before_solved(ticket: Ticket) -> Status | None:
    """The status before the learner said that it is solved; None if they did not, or it is too late to reopen it."""
    if not ticket.is_finished or is_over(ticket):
        return None
    event = ticket.events.filter(kind__in=[Kind.STATUS_CHANGED, Kind.REOPENED]).order_by("-version", "-pk").first()
    if event is None or event.actor_kind != TicketEvent.ActorKind.LEARNER or not isinstance(event.fact, StatusChanged):
        return None
    return Status(event.fact.old)
