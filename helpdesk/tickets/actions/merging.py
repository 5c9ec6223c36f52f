"""Merging a ticket into another of the same learner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.tickets.actions.inheritance import QUESTION_ATTRIBUTES, WAITING_FIELDS, inherit_question, inherit_waits
from helpdesk.tickets.actions.locking import lock_together
from helpdesk.tickets.actions.recording import record, refuse_merged, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.fact_base import TicketReference
from helpdesk.tickets.facts import Absorbed, MergedInto
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.ui.refusals import ActionRefused

Kind = TicketEvent.Kind


@transaction.atomic
def merge_ticket(ticket: Ticket, actor: Actor, into: Ticket) -> None:
    """Merge a ticket, with those merged into it, into another of the same learner."""
    lock_together(ticket, into)
    if ticket.merged_into_id == into.pk:
        return
    if ticket.pk == into.pk:
        raise ActionRefused(_("A ticket cannot be merged into itself."))
    if ticket.team_id != into.team_id or ticket.learner_id != into.learner_id:
        raise ActionRefused(_("Only tickets from the same learner can be merged."))
    refuse_merged(ticket, into)
    if into.is_finished and not ticket.is_finished:
        raise ActionRefused(_("An unfinished ticket cannot be merged into a finished one; reopen that one first."))
    ticket.merged_into = into
    save_change(ticket, "merged_into")
    record(ticket, actor, Kind.MERGED, MergedInto(TicketReference.to(into)))
    absorb(into, ticket, actor, Kind.MERGED)


def absorb(target: Ticket, ticket: Ticket, actor: Actor, kind: TicketEvent.Kind) -> None:
    """Add a merged ticket's request count to the target, and record the merge.

    A target without a question inherits it. It also inherits a wait for a reply and a failed e-mail, so that somebody
    deals with them.
    """
    target.request_count += ticket.request_count
    inherit_question(target, [ticket])
    inherit_waits(target, ticket)
    save_change(target, "request_count", *WAITING_FIELDS, *QUESTION_ATTRIBUTES)
    record(target, actor, kind, Absorbed(TicketReference.to(ticket)))


def merge_again(ticket: Ticket, actor: Actor, before: Mapping[str, Any], _after: Mapping[str, Any]) -> None:
    """Undo a split: merge the ticket as before. Refuses if the other ticket no longer exists."""
    if before["merged_into_id"] is None:
        return
    into = Ticket.objects.filter(pk=before["merged_into_id"]).first()
    if into is None:
        raise ActionRefused(_("The ticket that it was merged into no longer exists."))
    if seen_to := [name for name in WAITING_FIELDS if name in before]:  # the split cleared them as dealt with
        for name in seen_to:
            setattr(ticket, name, None)
        ticket.save(update_fields=seen_to)
    merge_ticket(ticket, actor, into)
