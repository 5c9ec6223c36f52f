"""Whether somebody else was faster: what they changed since the version that one saw."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.ui.refusals import ActionRefused


class TicketChanged(ActionRefused):
    """Somebody else changed the ticket since the version that the actor saw; `events` says what and who."""

    def __init__(self, events: list[TicketEvent]) -> None:
        super().__init__(_("This ticket changed while you were looking at it. Check it again, then decide."))
        self.events = events


def require_version(ticket: Ticket, actor: Actor, seen: int) -> None:
    """Raise TicketChanged where somebody else has changed the ticket since this version, or there is none such yet.

    What a person changed themselves they know, whichever page or program they did it with. A token has no such memory:
    several programs may share it, so that whatever was changed since through it, too, was changed by somebody else.

    To be called in the transaction of the change that it guards: it locks the ticket.
    """
    version = Ticket.objects.select_for_update(no_key=True).values_list("version", flat=True).get(pk=ticket.pk)
    if version == seen:
        return
    events = list(ticket.events.changes_after(seen, exclude_actor=actor.user))
    if events or seen > version:
        raise TicketChanged(events)
