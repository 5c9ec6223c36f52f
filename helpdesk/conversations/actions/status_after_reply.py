"""The status of a ticket after a reply, including when the reply's form is submitted again with another status."""

from __future__ import annotations

from django.db import transaction

from helpdesk.conversations.actions.new_messages import updates_since
from helpdesk.conversations.writing.drafts import EditorPage
from helpdesk.conversations.writing.sent_forms import is_other_way
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.undo import altered, state_of


def move_after_reply(ticket: Ticket, actor: Actor, then: Status | None) -> None:
    """Set the status to `then`; without it, a new ticket becomes open. A finished ticket is not resolved again."""
    status = then or (Status.OPEN if ticket.status == Status.NEW else Status(ticket.status))
    if then == Status.RESOLVED and ticket.is_finished:
        return
    if status != ticket.status:
        set_status(ticket, actor, status)


@transaction.atomic
def send_otherwise(sent: Message, actor: Actor, key: str, then: Status, page: EditorPage) -> None:
    """Handle a reply's form that is submitted again with another status: set that status, without sending again.

    Does nothing if the ticket was merged, or somebody wrote since the page was loaded.
    """
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=sent.ticket_id)
    if ticket.is_merged or any(updates_since(ticket, actor, page)):
        return
    if not is_other_way(actor.user, key, then):
        return
    was = state_of(ticket)
    move_after_reply(ticket, actor, then)
    before, after = altered(was, state_of(ticket))
    for dispatch in sent.dispatches.all():  # an undo restores the state before the first submission
        dispatch.before, dispatch.after = before | dispatch.before, dispatch.after | after
        dispatch.save(update_fields=["before", "after"])
