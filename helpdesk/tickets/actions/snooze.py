"""Snoozing a ticket until later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import SnoozeChanged
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.ui.refusals import ActionRefused

Kind = TicketEvent.Kind
# Later times are mistakes, and those near the year 9999 overflow in some time zones.
LONGEST_SNOOZE = timedelta(days=5 * 366)


@action
def snooze_ticket(ticket: Ticket, actor: Actor, until: datetime) -> None:
    """Take the ticket out of the inbox until this time (UTC). Refuses past and far times, and finished tickets."""
    if ticket.snoozed_until == until:
        return
    if until <= timezone.now():
        raise ActionRefused(_("Choose a time in the future."))
    if until > timezone.now() + LONGEST_SNOOZE:
        raise ActionRefused(_("Choose a time within the next five years."))
    if ticket.is_finished:
        raise ActionRefused(_("A finished ticket cannot be snoozed."))
    set_snoozed_until(ticket, actor, until)


@action
def unsnooze_ticket(ticket: Ticket, actor: Actor) -> None:
    """Bring the ticket back into the inbox now."""
    if ticket.snoozed_until is None:
        return
    set_snoozed_until(ticket, actor, None)


def set_snoozed_until(ticket: Ticket, actor: Actor, until: datetime | None) -> None:
    """Snooze until this time (UTC), or unsnooze with None. Call with the ticket locked."""
    old, ticket.snoozed_until = ticket.snoozed_until, until
    save_change(ticket, "snoozed_until")
    fact = SnoozeChanged(old.isoformat() if old else "", until.isoformat() if until else "")
    record(ticket, actor, Kind.SNOOZED if until else Kind.UNSNOOZED, fact)


@action
def restore_snooze(ticket: Ticket, actor: Actor, before: Mapping[str, Any], _after: Mapping[str, Any]) -> None:
    """Undo: restore the previous snooze, even if its time has passed, or unsnooze."""
    if before["snoozed_until"] != ticket.snoozed_until:
        set_snoozed_until(ticket, actor, before["snoozed_until"])
