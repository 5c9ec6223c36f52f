"""Dismissing the failure of a message that did not reach its learner."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.models.states import UNDELIVERED
from helpdesk.tickets.actions.recording import action, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.later_events import LaterEvents
from helpdesk.tickets.merged_tickets import with_merged
from helpdesk.tickets.models import Ticket
from helpdesk.ui.refusals import ActionRefused


@action
def dismiss_failure(ticket: Ticket, actor: Actor) -> None:
    """Mark a failed message as dealt with in some other way than by sending it again."""
    note_seen_to(ticket)


def note_seen_to(ticket: Ticket) -> None:
    """Remove the failure mark from the locked ticket."""
    if ticket.sending_failed_at is not None:
        ticket.sending_failed_at = None
        save_change(ticket, "sending_failed_at")


@action
def restore_failure(ticket: Ticket, actor: Actor, failed_at: datetime, version: int) -> None:
    """Undo `dismiss_failure`, which left the ticket at this version: somebody has to deal with the failure after all.

    Raises ActionRefused if the message was sent again, or somebody wrote on the ticket or changed its status since.
    """
    if ticket.sending_failed_at is not None:
        return
    failed = Dispatch.objects.filter(message__ticket__in=with_merged([ticket.pk]), state__in=UNDELIVERED)
    if not failed.exists():
        raise ActionRefused(_("It has been sent again since, so this can no longer be undone."))
    if LaterEvents(ticket, version).is_worked_on:
        raise ActionRefused(_("Someone has worked on this ticket since, so this can no longer be undone."))
    ticket.sending_failed_at = failed_at
    save_change(ticket, "sending_failed_at")
