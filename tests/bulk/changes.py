"""A bulk change of one ticket, made and undone at once."""

from helpdesk.bulk import actions as bulk
from helpdesk.tickets.models import Ticket


def change_of(ticket, actor, kind, value):
    """Make it, with the ticket as it is then."""
    change = bulk.create_change(ticket.team, actor, kind, str(value), Ticket.objects.filter(pk=ticket.pk), most=10)
    bulk.make_steps(change, 60)
    ticket.refresh_from_db()
    return change


def undo(change, actor):
    """What came of the one ticket, and what is told of it."""
    bulk.start_undo(change, actor)
    bulk.make_steps(change, 60)
    item = change.items.get()
    item.ticket.refresh_from_db()
    return item.ticket, item.outcome, item.reason


def choice(ticket):
    """What the list's form sends of a selected ticket: its number, and the version that was shown."""
    return f"{ticket.number}-{ticket.version}"
