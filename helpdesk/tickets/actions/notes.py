"""What the team alone reads on a ticket."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from helpdesk.teams.models import User
from helpdesk.tickets.actions.recording import ActionRefused, action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import NoteAdded
from helpdesk.tickets.mentions import mentions_in
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.ui.names import clean_text


@action
def add_note(ticket: Ticket, actor: Actor, body: str, mentioned: Collection[User] = ()) -> Message:
    """Write something that the team alone reads. Whom it names is told, and whom else it is for."""
    body = clean_text(body)
    if not body:
        raise ActionRefused(_("Write something first."))
    if len(body) > 20_000:
        raise ActionRefused(_("A note has at most 20,000 characters."))
    note = Message.objects.create(
        team_id=ticket.team_id,
        ticket=ticket,
        author=actor.user,
        author_name=actor.name,
        body=body,
        mentions=mentions_in(body, ticket.team, mentioned),
    )
    save_change(ticket)
    record(ticket, actor, TicketEvent.Kind.NOTE_ADDED, NoteAdded(note.pk))
    return note
