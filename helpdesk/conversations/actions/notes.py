"""Notes that people write on a ticket's page."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.conversations.models import Attachment, Draft
from helpdesk.tickets.actions import add_note
from helpdesk.tickets.actions.recording import action
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket


@action
def write_note(ticket: Ticket, actor: Actor, body: str, *, attachments: Sequence[Attachment] = ()) -> Message:
    """Write what the team alone reads, with the files of its draft, which is over then. Raises ActionRefused."""
    note = add_note(ticket, actor, body)
    Attachment.objects.filter(pk__in=[file.pk for file in attachments]).update(message=note, draft=None)
    Draft.objects.filter(ticket=ticket, user=actor.user, kind=Message.Kind.NOTE).delete()
    return note
