"""Optimistic locking: whether somebody else changed a ticket since the version that the actor saw."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.ui.refusals import ActionRefused


class TicketChanged(ActionRefused):
    """Somebody else changed the ticket since the version that the actor saw; `events` are these changes."""

    def __init__(self, events: list[TicketEvent]) -> None:
        super().__init__(_("This ticket changed while you were looking at it. Check it again, then decide."))
        self.events = events


def require_version(ticket: Ticket, actor: Actor, seen: int) -> None:
    """Raise TicketChanged if somebody else has changed the ticket since this version, or it does not exist yet.

    People know their own changes, whichever page or program they made them with, so these do not count. For a token
    all changes count, also those made with it, because several programs may share a token.

    Call in the transaction of the change that this guards: it locks the ticket.
    """
    version = Ticket.objects.select_for_update(no_key=True).values_list("version", flat=True).get(pk=ticket.pk)
    if version == seen:
        return
    events = list(ticket.events.changes_after(seen, exclude_actor=actor.user))
    if events or seen > version:
        raise TicketChanged(events)
