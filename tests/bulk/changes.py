"""Makes and undoes a bulk change of a single ticket."""

from helpdesk.bulk import actions as bulk
from helpdesk.tickets.models import Ticket


def change_of(ticket, actor, kind, value):
    """Change the ticket, with its current version."""
    change = bulk.create_change(ticket.team, actor, kind, str(value), Ticket.objects.filter(pk=ticket.pk), most=10)
    bulk.make_steps(change, 60)
    ticket.refresh_from_db()
    return change


def undo(change, actor):
    """The undo's result for the ticket, and its message."""
    bulk.start_undo(change, actor)
    bulk.make_steps(change, 60)
    item = change.items.get()
    item.ticket.refresh_from_db()
    return item.ticket, item.outcome, item.reason
