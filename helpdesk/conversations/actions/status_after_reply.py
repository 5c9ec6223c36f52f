"""In which status a reply leaves its ticket, also where its form is sent again for another one."""

from __future__ import annotations

from django.db import transaction

from helpdesk.conversations.actions.new_messages import updates_since
from helpdesk.conversations.drafts import Page
from helpdesk.conversations.sent_forms import is_other_way
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.undo import altered, state_of


def move_after_reply(ticket: Ticket, actor: Actor, then: Status | None) -> None:
    """Give it this status, if any; a new one is open in any case, and what is finished is not resolved again."""
    status = then or (Status.OPEN if ticket.status == Status.NEW else Status(ticket.status))
    if then == Status.RESOLVED and ticket.is_finished:
        return
    if status != ticket.status:
        set_status(ticket, actor, status)


@transaction.atomic
def send_otherwise(sent: Message, actor: Actor, key: str, then: Status, page: Page) -> None:
    """A form that was sent already comes again, to leave the ticket in another status: it does, as by `reply`.

    Nothing changes where somebody wrote since the page was shown.
    """
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=sent.ticket_id)
    if ticket.is_merged or any(updates_since(ticket, actor, page)):
        return
    if not is_other_way(actor.user, key, then):
        return
    was = state_of(ticket)
    move_after_reply(ticket, actor, then)
    before, after = altered(was, state_of(ticket))
    for dispatch in sent.dispatches.all():  # an undo gives back what was before the first time
        dispatch.before, dispatch.after = before | dispatch.before, dispatch.after | after
        dispatch.save(update_fields=["before", "after"])
