"""Notes written on a ticket's page: until UNDO_TIME is over, only the writer sees them and can take them back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from helpdesk.conversations.actions.replies import UNDO_TIME
from helpdesk.conversations.models import Attachment
from helpdesk.conversations.writing.drafts import NO_PAGE, EditorPage, end_draft, restore_draft
from helpdesk.conversations.writing.sent_forms import message_of, note_sent, submission_key
from helpdesk.tickets.actions.notes import hold_note, settle_note
from helpdesk.tickets.actions.recording import action
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from helpdesk.ui.refusals import ActionRefused


@action
def write_note(
    ticket: Ticket, actor: Actor, body: str, *, attachments: Sequence[Attachment] = (), page: EditorPage = NO_PAGE
) -> Message:
    """Write a note that only the team can read, with its draft's files, and end the draft. Raises ActionRefused.

    After UNDO_TIME the team sees it and mentioned people are notified; until then `cancel_note` can take it back. If
    the form of this `page` was already submitted, the note from then is returned. A draft saved by another page stays.
    """
    key = submission_key(page.form_key, ticket, Message.Kind.NOTE, body)
    if written := message_of(actor.user, key, attachments):
        return written
    until = timezone.now() + UNDO_TIME
    note = hold_note(ticket, actor, body, until)
    Attachment.objects.filter(pk__in=[file.pk for file in attachments]).update(message=note, draft=None)
    end_draft(ticket, actor.user, Message.Kind.NOTE, body, page)
    app.configure_task("conversations.settle_note", schedule_at=until).defer(note_id=note.pk)
    note_sent(actor.user, key, note)
    return note


@transaction.atomic
def cancel_note(note: Message, actor: Actor) -> None:
    """Take back a note that nobody else has seen: text and files become the writer's draft again, without a trace.

    Raises ActionRefused if the team can already see it, or somebody else wrote it.
    """
    Ticket.objects.select_for_update(no_key=True).get(pk=note.ticket_id)
    found = Message.objects.filter(pk=note.pk).first()
    if found is None:
        return
    if actor.user is None or found.author != actor.user:
        raise ActionRefused(_("Only the person who wrote it can undo it."))
    if not found.is_held_note:
        raise ActionRefused(_("The team can already see this note."))
    restore_draft(found, actor.user)
    found.delete()


@transaction.atomic
def settle(note_id: int) -> None:
    """Record a note's event once it can no longer be taken back; does nothing if it was taken back, or is recorded."""
    held = Message.objects.filter(pk=note_id, kind=Message.Kind.NOTE, send_at__isnull=False)
    ticket = Ticket.objects.select_for_update(no_key=True).filter(pk__in=held.values("ticket")).first()
    note = held.select_related("author").first() if ticket else None
    if ticket and note:
        settle_note(ticket, note)
